# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The guide has a part for each provider, and the screens link to it."""

from pathlib import Path

from lxml import html

from odoo.tests import HttpCase, tagged

from odoo.addons.mail_sender_domain.tests.test_guide import GUIDE, find_linked_parts
from odoo.addons.mail_sender_domain.tools.sending_limits import find_quota

from ..models.mail_sender_oauth_application import CALLBACK_PATH
from .common import ANN, OauthCommon

ADDON = Path(__file__).parents[1]

#: A mail server and an account -> the part of the guide that tells their limits.
ACCOUNTS = {
    ("smtp.gmail.com", "ann@gmail.com"): "gmail",
    ("smtp.gmail.com", ANN): "gmail",
    ("smtp.office365.com", ANN): "outlook",
    ("smtp-mail.outlook.com", "ann@outlook.com"): "outlook",
}


@tagged("post_install", "-at_install")
class TestGuide(OauthCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate("admin", "admin")

    def open(self, path=GUIDE):
        return html.fromstring(self.url_open(path).text)

    def test_each_link_has_a_target(self):
        linked = set(find_linked_parts(ADDON))
        self.assertIn("linked", linked)
        self.assertEqual(linked - set(self.open().xpath("//@id")), set())

    def test_the_limits_are_those_that_mail_is_kept_to(self):
        guide = self.open()
        for (host, email), part in ACCOUNTS.items():
            text = guide.get_element_by_id(part).text_content()
            for limit in find_quota(host, email).limits:
                with self.subTest(host=host, email=email, mails=limit.mails):
                    self.assertIn(f" {limit.mails:,}", text)

    def test_mailboxes_and_their_addresses_link_to_their_provider(self):
        for provider, mode in (("google", "gmail"), ("microsoft", "outlook")):
            with self.subTest(provider):
                connection = self.make_connection(f"{mode}@acme.test", provider)
                address = self.make_address(connection, f"{mode}@acme.test", mode)
                self.assertEqual(connection.guide_section, mode)
                self.assertEqual(address.guide_section, mode)
        self.assertFalse(self.env["mail.sender.connection"].new().guide_section)

    def test_a_login_that_failed_links_to_the_guide(self):
        page = self.open(f"{CALLBACK_PATH}?state=unknown")
        self.assertIn(f"{GUIDE}#linked", page.xpath("//main//a/@href"))
