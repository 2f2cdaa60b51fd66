# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64encode
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_open

from .screen import (
    CLICK,
    DESKTOP,
    IS_COMPLETE,
    PHONE,
    Screen,
    ScreenCase,
    compile_assets,
)
from .test_handover import HandoverCommon

PAGE = ".ms-page"

IS_WAITING = """
    document.readyState === "complete" &&
    !!document.querySelector(".ms-live[data-poll]")
"""

CHECK = """
    void fetch("/mail_sender/check/%d", {
        method: "POST",
        body: new URLSearchParams({
            csrf_token: document.querySelector("[name=csrf_token]").value,
        }),
    })
"""

IS_FOLLOWED = """
    document.querySelector(".ms-bar strong").textContent.startsWith("All required") &&
    document.querySelector("textarea").value === "half"
"""

IS_COPIED = "document.querySelector('.ms-copy').textContent === 'Copied'"


@tagged("post_install", "-at_install")
class TestHandoverScreens(ScreenCase, HandoverCommon):
    """The page that whoever keeps the DNS sees, and where its link is given out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        compile_assets(cls.env, "mail_sender_domain.assets_pages")
        with file_open("mail_sender_domain/static/description/icon.png", "rb") as file:
            cls.company.logo = b64encode(file.read())
        cls.platform.spf_include = "spf.platform.test"
        cls.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        ownership, dkim, *_others = cls.domain.record_ids
        cls.dns.set(ownership.host, "TXT", ownership.value)
        cls.dns.set(dkim.host, "TXT", '"v=DKIM1; k=rsa; p="')
        cls.domain.action_check()

    def get_path(self, **kwargs):
        _handover, url = self.give(**kwargs)
        return url.removeprefix(self.base_url())

    def test_the_page(self):
        self.check_screens(
            "mira",
            [
                Screen(self.get_path(), PAGE, "handover-page"),
                Screen("/mail-sender/records/nonsense", PAGE),
            ],
        )

    def test_the_page_in_the_dark(self):
        screen = Screen(self.get_path(), PAGE, "handover-page-dark")
        with self.dark_device():
            self.check_screens("mira", [screen])

    def test_once_all_is_right(self):
        self.publish(self.domain)
        self.domain.action_check()
        self.check_screens("mira", [Screen(self.get_path(), PAGE)])

    def test_long_names_keep_the_layout(self):
        self.company.name = "Acme" * 100
        domain = self.create_domain(f"{'long' * 15}.{'name' * 15}.test")
        self.dns.set(domain.record_ids[0].host, "TXT", "x" * 2000)
        domain.action_check()
        self.check_screens("mira", [Screen(self.get_path(domain=domain), PAGE)])

    def test_copying_and_writing_a_note(self):
        for device in (DESKTOP, PHONE):
            path = self.get_path()
            with (
                self.subTest(device.name),
                self.open_browser("mira", device) as browser,
            ):
                browser.navigate_to(f"{self.base_url()}{path}", wait_stop=True)
                self.assertTrue(browser._wait_ready(IS_COMPLETE % f"'{PAGE}'"))
                self.evaluate(browser, CLICK % "'.ms-copy'")
                self.assertTrue(browser._wait_ready(IS_COPIED))
                self.evaluate(browser, "document.querySelector('textarea').value = 1")
                self.evaluate(browser, CLICK % "'form[action$=note] button'")
                self.assertTrue(browser._wait_ready(IS_COMPLETE % "'.ms-said'"))
                self.assertFalse(browser.had_failure)

    def test_a_check_is_followed(self):
        """The page shows its result by itself, and leaves alone what is typed."""
        self.publish(self.domain)
        self.domain.last_check -= timedelta(minutes=1)
        path = self.get_path()
        with self.open_browser("mira", PHONE) as browser:
            browser.navigate_to(f"{self.base_url()}{path}", wait_stop=True)
            self.assertTrue(browser._wait_ready(IS_COMPLETE % f"'{PAGE}'"))
            self.evaluate(browser, CLICK % "'form[action$=check] button'")
            self.assertTrue(browser._wait_ready(IS_WAITING))
            self.evaluate(browser, "document.querySelector('textarea').value = 'half'")
            # What the scheduler does, asked for by the manager.
            self.evaluate(browser, CHECK % self.domain.id)
            self.assertTrue(browser._wait_ready(IS_FOLLOWED))
            self.assertFalse(browser.had_failure)

    def test_giving_a_link(self):
        handover, _url = self.give(email="it@dns.test")
        handover.opened_date = fields.Datetime.now()
        expired, _url = self.give(days=1)
        expired.expiry_date -= timedelta(days=2)
        path = f"/odoo/sending-domains/{self.domain.id}"
        self.check_screens(
            "mira",
            [
                Screen(
                    path,
                    ".o_form_view .o_notebook",
                    "handover-links",
                    tab="handovers",
                ),
                Screen(
                    path,
                    ".modal .o_form_view",
                    "handover-wizard",
                    clicks=("button[name=action_hand_over]",),
                ),
            ],
            may_cut=True,
        )
