# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Looking at screens as people see them, on a desktop and on a phone."""

from __future__ import annotations

import base64
import io
import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from PIL import Image

from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser

from odoo.addons.web.models.ir_http import IrHttp

from .common import SenderCommon
from .layout import find_problems

#: Folder to write pictures to; without it screens are looked at, not kept.
PICTURES_FOLDER = os.environ.get("SENDER_SCREENSHOTS")

#: Whether %s is there and nothing on the page is still being loaded or moving.
IS_COMPLETE = """
!!document.querySelector(%s) &&
    document.readyState === "complete" &&
    [...document.images].every((image) => image.complete) &&
    document.getAnimations().every((animation) => animation.playState !== "running")
"""

#: Opens the page %s of a notebook.
OPEN_TAB = """
document.querySelector(`.o_notebook_headers [name=${%s}]`).click()
"""

#: Clicks the element %s.
CLICK = "document.querySelector(%s).click()"

#: Clicks what shows the text %s.
PRESS = """
[...document.querySelectorAll("button, label, .o_user_menu_mobile a")]
    .find((el) => el.innerText.trim().startsWith(%s) && el.checkVisibility())
    .click()
"""

#: How high the window has to be to show the whole page without scrolling, or the
#: beginning of a long text.
FULL_HEIGHT = """
Math.max(
    ...[
        ...(
            document.querySelector(".modal") ??
            document.querySelector(".o_action_manager") ??
            document.body
        ).querySelectorAll("*"),
    ]
        .filter((el) => getComputedStyle(el).overflowY === "auto")
        .map((el) => innerHeight + el.scrollHeight - el.clientHeight),
    Math.min(document.documentElement.scrollHeight, 2400),
    innerHeight
)
"""

#: Parts of pages that are ours to look at: views, dialogs, and pages without a login.
PARTS = ":is(.o_action_manager .o_content, .o_dialog .modal-content, .ms-page)"


class Device(NamedTuple):
    """A kind of screen: name in file names, width and height in CSS pixels, touch."""

    name: str
    width: int
    height: int
    is_touch: bool


#: The languages that the addon is translated to.
LANGUAGES = ("nl_NL", "fr_FR", "de_DE")

DESKTOP = Device("desktop", 1366, 768, False)
PHONE = Device("phone", 390, 844, True)


class Screen(NamedTuple):
    """A page to look at.

    :ivar path: of the page
    :ivar selector: of an element that is there once the page is complete
    :ivar picture: name of the picture to keep, without device and ending; or empty
    :ivar tab: name of the notebook page to open; empty for the first one
    :ivar clicks: selectors of what to click on first, one after the other
    :ivar part: selector of the part of the page whose layout is looked at
    :ivar presses: what to do then: (text of a button, selector of what is
        there afterwards) pairs
    """

    path: str
    selector: str
    picture: str = ""
    tab: str = ""
    clicks: tuple[str, ...] = ()
    presses: tuple[tuple[str, str], ...] = ()
    part: str = PARTS

    @property
    def actions(self):
        """What leads there: pairs of a selector to wait for, and a script."""
        actions = [(selector, CLICK % json.dumps(selector)) for selector in self.clicks]
        ready = self.selector
        if self.tab:
            actions.append((ready, OPEN_TAB % json.dumps(self.tab)))
        for text, selector in self.presses:
            actions.append((ready, PRESS % json.dumps(text)))
            ready = selector
        return actions

    @property
    def end(self):
        """The selector of what is there in the end."""
        return self.presses[-1][1] if self.presses else self.selector

    def get_way_from(self, shown):
        """What leads here from another screen: actions, none if it is no way.

        :param shown: the :class:`Screen` that a browser shows, or None
        """
        if not shown or shown.path != self.path:
            return []
        done = len(shown.actions)
        return self.actions[done:] if self.actions[:done] == shown.actions else []


def compile_assets(env, name):
    """Make a bundle now: on a busy machine no browser waits that long for it."""
    bundle = env["ir.qweb"]._get_asset_bundle(name)
    bundle.css()
    bundle.js()


class ScreenCase(SenderCommon, HttpCase):
    """Opens pages in a real browser and looks at their layout."""

    #: The colours that browsers ask pages for that know both.
    colour_scheme = "light"
    #: The addons whose screens are looked at in other languages.
    translated_addons = ("mail_sender_domain",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        compile_assets(cls.env, "web.assets_web")

    def use(self, device):
        """Let the browsers of the tours of this test be a ``device``."""
        self.browser_size = f"{device.width}x{device.height}"
        self.touch_enabled = device.is_touch

    @contextmanager
    def dark_colours(self):
        """Give pages the colours of a dark theme, such as Odoo Enterprise has."""
        self.env["ir.asset"].create(
            {
                "name": "Dark colours",
                "bundle": "web.assets_web_dark",
                "directive": "before",
                "target": "web/static/src/scss/primary_variables.scss",
                "path": "mail_sender_domain/static/tests/dark/variables.scss",
            }
        )
        compile_assets(self.env, "web.assets_web_dark")
        with (
            patch.object(IrHttp, "color_scheme", lambda self: "dark"),
            self.dark_device(),
        ):
            yield

    @contextmanager
    def dark_device(self):
        """Let browsers ask for dark colours, which pages without a login follow."""
        with patch.object(self, "colour_scheme", "dark"):
            yield

    def check_screens(self, login, screens, may_cut=False, devices=(DESKTOP, PHONE)):
        """Check each of ``screens`` as ``login`` sees it on each device.

        A screen that the one before is on the way to is reached from there.
        """
        with self.open_browser(login) as browser:
            for device in devices:
                self.check_in_browser(browser, device, screens, may_cut)

    def check_in_browser(self, browser, device, screens, may_cut=False, **details):
        """The same on one device, in a browser that is open.

        :param details: what else to name where a screen fails
        """
        self.show_on(browser, device)
        shown = None
        for screen in screens:
            before, shown = shown, None
            with self.subTest(screen.path, device=device.name, **details):
                self.check_screen(browser, device, screen, may_cut, before)
                shown = screen

    def check_translations(self, user, get_screens):
        """Check screens in each language that the addon is translated to.

        :param user: who looks, whose login is the password
        :param get_screens: gives the screens for a language, such as ``"nl_NL"``
        """
        for lang in LANGUAGES:
            self.env["res.lang"]._activate_lang(lang)
        for name in self.translated_addons:
            module = self.env["ir.module.module"]._get(name)
            module._update_translations(list(LANGUAGES))
        with self.open_browser(user.login) as browser:
            for lang in LANGUAGES:
                user.lang = lang
                self.log_in(user.login, browser)
                for device in DESKTOP, PHONE:
                    screens = get_screens(lang)
                    self.check_in_browser(browser, device, screens, lang=lang)

    def log_in(self, login, browser):
        """Log in anew: sessions keep the language that they began with."""
        self.authenticate(login, login, browser=browser)
        self.cr.flush()
        self.cr.clear()

    @contextmanager
    def open_browser(self, login, device=DESKTOP):
        """Give a browser in which ``login`` is logged in.

        Unlike ``browser_js`` it visits as many pages as wanted, and may become another
        device: the first page of a browser takes longer than all that follow.
        """
        self.use(DESKTOP)
        browser = ChromeBrowser(self)
        try:
            with self.allow_requests(browser=browser):
                self.log_in(login, browser)
                browser._websocket_request(
                    "Emulation.setScrollbarsHidden", params={"hidden": True}
                )
                scheme = {"name": "prefers-color-scheme", "value": self.colour_scheme}
                browser._websocket_request(
                    "Emulation.setEmulatedMedia", params={"features": [scheme]}
                )
                self.show_on(browser, device)
                yield browser
                browser.navigate_to("about:blank")
                self._wait_remaining_requests()
        finally:
            browser.stop()

    def show_on(self, browser, device):
        """Let ``browser`` be a ``device``, from its next page on."""
        self.resize(browser, device, device.height)
        browser._websocket_request(
            "Emulation.setTouchEmulationEnabled", params={"enabled": device.is_touch}
        )

    def check_screen(self, browser, device, screen, may_cut=False, shown=None):
        """Open a page, refuse a broken layout and take its picture.

        :param screen: a :class:`Screen`
        :param may_cut: whether text may be cut off, with an ellipsis
        :param shown: the screen that ``browser`` shows already, if any
        """
        self.resize(browser, device, device.height)
        actions = screen.get_way_from(shown)
        if not actions:
            browser.navigate_to(f"{self.base_url()}{screen.path}", wait_stop=True)
            actions = screen.actions
        for selector, script in actions:
            self.wait_for(browser, selector)
            self.evaluate(browser, script)
        self.wait_for(browser, screen.end)
        self.show_all(browser, device)
        self.wait_for(browser, screen.end)
        self.look(browser, device, screen.picture, may_cut, screen.part)

    def wait_for(self, browser, selector):
        """Wait until an element is there and the page is complete."""
        is_complete = IS_COMPLETE % json.dumps(selector)
        self.assertTrue(browser._wait_ready(is_complete), selector)

    def look(self, browser, device, picture="", may_cut=False, part=PARTS):
        """Refuse a broken layout of what ``browser`` shows, and take its picture."""
        if PICTURES_FOLDER and picture:
            self.take_picture(browser, f"{picture}-{device.name}")
        problems = self.evaluate(browser, find_problems(part, may_cut))
        self.assertEqual(problems, [])
        self.assertFalse(browser.had_failure, "JavaScript error, see the log")

    def evaluate(self, browser, expression):
        """Return the value of a JavaScript expression in the page, or None."""
        answer = browser._websocket_request(
            "Runtime.evaluate", params={"expression": expression, "returnByValue": True}
        )
        self.assertNotIn("exceptionDetails", answer)
        return answer["result"].get("value")

    def show_all(self, browser, device):
        """Let the window be so high that nobody has to scroll."""
        self.resize(browser, device, self.evaluate(browser, FULL_HEIGHT))

    def resize(self, browser, device, height):
        """Give the window of ``browser`` another height in pixels."""
        browser._websocket_request(
            "Emulation.setDeviceMetricsOverride",
            params={
                "width": device.width,
                "height": height,
                "mobile": False,
                "deviceScaleFactor": 1,
            },
        )

    def take_picture(self, browser, name):
        """Write what ``browser`` shows to the folder, with few colours to be small."""
        answer = browser._websocket_request("Page.captureScreenshot")
        picture = Image.open(io.BytesIO(base64.b64decode(answer["data"])))
        picture.convert("RGB").quantize(colors=128).save(
            Path(PICTURES_FOLDER, f"{name}.png"), optimize=True
        )
