# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every link to the guide leads to a part that is there."""

import re
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..guide_errors import get_guide, guided_error
from ..tools.smtp_refusal import Stage
from .common import SenderCommon
from .screen import Screen, ScreenCase

ADDON = Path(__file__).parents[1]
GUIDE = "/mail-sender/guide"

#: How views, components, errors and answers name a part of the guide.
LINKS = (
    r'name="sender_guide_link"\s+section="([\w-]+)"',
    r"""<GuideLink[^>]*\ssection="'([\w-]+)'\"""",
    rf"{GUIDE}#([\w-]+)",
    r'\bguide(?:=|"?: )"([\w-]+)"',
)

#: Where they do.
SOURCES = (
    "controllers/*.py",
    "models/*.py",
    "views/*.xml",
    "wizards/*.py",
    "wizards/*.xml",
    "static/src/**/*.js",
    "static/src/**/*.xml",
)


def find_linked_parts(addon):
    """Yield the parts of the guide that the screens of an addon link to.

    :param addon: its folder
    """
    for pattern in SOURCES:
        for source in addon.glob(pattern):
            for link in LINKS:
                yield from re.findall(link, source.read_text())


@tagged("post_install", "-at_install")
class TestGuide(SenderCommon, HttpCase):
    def open(self):
        self.authenticate("admin", "admin")
        answer = self.url_open(GUIDE)
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def find_linked_parts(self):
        """The parts that screens, modes and steps of a test invoice link to."""
        yield from find_linked_parts(ADDON)
        classes = self.env["mail.sender.address"]._get_mode_classes().values()
        yield from (mode_class.guide_section for mode_class in classes)
        yield from (f"test-{stage.value}" for stage in Stage)
        # The step before the first one of the server.
        yield "test-invoice"

    def test_each_link_has_a_target(self):
        page = self.open()
        anchors = re.findall(r'\sid="([\w-]+)"', page)
        self.assertEqual(len(anchors), len(set(anchors)))
        inside = re.findall(r'href="#([\w-]+)"', page)
        linked = {*inside, *self.find_linked_parts()}
        self.assertLess({"start", "confirm", "not-arrived", "company-email"}, linked)
        of_a_domain = {"records", "hand-over", "spf", "keys", "dmarc", "subdomain"}
        self.assertLess(of_a_domain, linked)
        self.assertEqual(linked - set(anchors), set())
        # And nobody has to look for a part that no list names.
        sections = re.findall(r'<section id="([\w-]+)"', page)
        self.assertEqual(sections, inside[: len(sections)])

    def test_the_settings_name_a_part(self):
        anchors = re.findall(r'\sid="([\w-]+)"', self.open())
        settings = self.env["mail.sender.settings"].browse(self.company.id)
        seen = [settings.guide_section]
        address = self.create_default_sender()
        settings.invalidate_recordset()
        seen.append(settings.guide_section)
        address.domain_id.sudo().state = "broken"
        settings.invalidate_recordset()
        seen.append(settings.guide_section)
        self.assertEqual(seen, ["start", "test", "domain"])
        self.assertEqual(address.guide_section, "domain")
        self.assertEqual(set(seen) - set(anchors), set())

    @mute_logger("odoo.http")  # the refusal is what is wanted
    def test_a_refusal_over_rpc_is_odoos_and_names_a_part(self):
        self.authenticate("admin", "admin")
        values = {"name": "gmail.com", "company_id": self.company.id}
        call = {
            "params": {
                "model": "mail.sender.domain",
                "method": "create",
                "args": [[values]],
                "kwargs": {},
            }
        }
        answer = self.url_open("/web/dataset/call_kw", json=call)
        refusal = answer.json()["error"]["data"]
        self.assertEqual(refusal["name"], "odoo.exceptions.ValidationError")
        self.assertIn("gmail.com", refusal["message"])
        self.assertEqual(refusal["context"], {"sender_guide": "domain"})

    def test_what_errors_tell(self):
        error = guided_error(AccessError, "Ask somebody else.", guide="keys")
        self.assertIs(type(error), AccessError)
        self.assertEqual(str(error), "Ask somebody else.")
        self.assertEqual(get_guide(error), "keys")
        self.assertFalse(get_guide(AccessError("Of Odoo.")))

    def test_it_is_for_those_who_are_logged_in(self):
        answer = self.url_open(GUIDE, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])


@tagged("post_install", "-at_install")
class TestGuideScreens(ScreenCase):
    def test_the_guide(self):
        self.check_screens("admin", [Screen(GUIDE, ".ms-guide", "guide")])

    def test_the_guide_in_the_dark(self):
        with self.dark_device():
            self.check_screens("admin", [Screen(GUIDE, ".ms-guide", "guide-dark")])

    @mute_logger("odoo.http")  # the refusals are what is wanted
    def test_what_is_refused_has_a_link(self):
        domain = self.create_verified_domain("acme.test")
        domain.action_rotate_keys()
        self.create_manager("mira", self.company)
        page = f"/odoo/sending-domains/{domain.id}"
        form = ".o_form_view .o-mail-Chatter-sendMessage:enabled"
        link = f".modal a.o_sender_guide_link[href='{GUIDE}#keys']"
        refused = (("Rotate the Keys", ".modal .btn-primary"), ("Ok", link))
        closed = (*refused, ("Close", "body:not(:has(.modal))"))
        self.check_screens(
            "mira",
            [
                Screen(page, form, "refusal", tab="keys", presses=refused),
                Screen(page, form, tab="keys", presses=closed),
            ],
        )
