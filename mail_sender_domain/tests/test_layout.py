# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A page with a broken layout is found out; without that no screen is looked at."""

from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

from .layout import find_problems

LONG = "A sentence that is far too long for the place where it has to stand"

#: Pages and what is wrong with them: a part of the only sentence, or nothing.
PAGES = (
    (f"<p>{LONG}</p>", ""),
    # Text over text.
    ("<p>One</p><p style='margin-top: -33px'>Two</p>", "overlap"),
    (
        "<p>One</p><input value='Two' style='display: block; margin-top: -36px'>",
        "overlap",
    ),
    ("<p style='line-height: 1'>One<br>Two</p>", ""),
    ("<div style='display: flex'><p>One</p><p>Two</p></div>", ""),
    ("<p>One</p><p style='margin-top: -33px; visibility: hidden'>Two</p>", ""),
    ("<a href='/'>One</a><span>Two</span>", ""),
    ("<a href='/'>One</a><a href='/'>Two</a>", "overlap"),
    ("<a href='/'>One</a> <a href='/'>Two</a>", ""),
    # Text that is cut off.
    (f"<p style='width: 90px; height: 30px; overflow: clip'>{LONG}</p>", "end"),
    (
        f"<p style='width: 90px; overflow: hidden; white-space: nowrap'>{LONG}</p>",
        "hides the end",
    ),
    (
        "<div style='width: 90px; overflow: hidden'>"
        f"<b style='white-space: nowrap'>{LONG}</b></div>",
        "hides the end",
    ),
    (
        "<p style='width: 90px; overflow: hidden; text-overflow: ellipsis; "
        f"white-space: nowrap'>{LONG}</p>",
        "cuts off",
    ),
    (f"<div style='width: 90px; height: 30px; overflow: auto'>{LONG}</div>", ""),
    # Text that goes on below its neighbours is not seen there.
    (
        "<div style='display: flex; white-space: nowrap'>"
        f"<p style='flex: 0 0 90px; overflow: auto'>{LONG}</p><p>Two</p></div>",
        "",
    ),
    (
        "<div style='width: 90px; height: 30px; overflow: auto'>"
        f"{LONG}</div><p>Two</p><p>Three</p>",
        "",
    ),
    # Text that leaves its frame.
    (
        "<div style='width: 90px; border: 1px solid; white-space: nowrap'>"
        f"<b>{LONG}</b></div>",
        "leaves the frame",
    ),
    (
        "<div style='width: 90px; border: 1px solid'>"
        "<p style='overflow: hidden; text-overflow: ellipsis; white-space: nowrap'>"
        f"<b>{LONG}</b></p></div>",
        "cuts off",
    ),
    (f"<div style='width: 90px; border: 1px solid'>{LONG}</div>", ""),
    # What stands in a field.
    (f"<input style='width: 90px' value='{LONG}'>", "cuts off"),
    (f"<input style='width: 90px' placeholder='{LONG}'>", "cuts off"),
    (f"<select style='width: 90px'><option>{LONG}</option></select>", "cuts off"),
    ("<input style='width: 90px' value='One'>", ""),
    (
        f"<input style='width: 90px; text-overflow: ellipsis' value='{LONG}'>",
        "cuts off",
    ),
    # A menu shows its whole text once it is open.
    (f"<input class='o_select_menu_toggler' style='width: 90px' value='{LONG}'>", ""),
    (
        "<input style='width: 90px; font: 40px serif; font-variant: tabular-nums "
        "small-caps; font-feature-settings: \"smcp\"' value='One word'>",
        "cuts off",
    ),
    # The rest.
    ("<div style='width: 3000px'>One</div>", "sticks out"),
    ("<button></button>", "has no name"),
    # Links in alerts.
    ("<p class='alert'><a href='/'>One</a></p>", ""),
    (
        "<p class='alert'><a href='/' style='text-decoration: none'>One</a></p>",
        "nothing but its colour",
    ),
    ("<p class='alert'><button class='btn-link'>One</button></p>", "but its colour"),
    ("<p class='alert'><a class='btn' style='all: unset' href='/'>One</a></p>", ""),
)


@tagged("post_install", "-at_install")
class TestLayout(HttpCase):
    """The script that looks at screens, on pages that need no Odoo."""

    def test_what_is_wrong_with_a_page(self):
        browser = ChromeBrowser(self)
        self.addCleanup(browser.stop)
        for html, expected in PAGES:
            with self.subTest(html):
                problems = self.find(browser, html)
                if expected:
                    self.assertTrue(
                        any(expected in problem for problem in problems), problems
                    )
                else:
                    self.assertEqual(problems, [])

    def find(self, browser, html):
        """The problems of a page."""
        page = f"document.body.innerHTML = `<main>{html}</main>`; "
        answer = browser._websocket_request(
            "Runtime.evaluate",
            params={"expression": page + find_problems("main"), "returnByValue": True},
        )
        self.assertNotIn("exceptionDetails", answer)
        return answer["result"]["value"]
