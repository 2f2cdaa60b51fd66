# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import HttpCase, tagged

from ..models.mail_sender_domain_connect import MailSenderDomain
from ..models.mail_sender_platform_domain_connect import KEY_COLUMN
from ..tools.dkim import generate_private_key
from ..tools.domain_check import check_domain
from .test_handover import HandoverCommon

SETTINGS = {
    "providerId": "dns.test",
    "providerName": "Dns Test",
    "urlSyncUX": "https://connect.dns.test",
    "urlAPI": "https://api.dns.test/dc",
}
SETTINGS_URL = "https://api.dns.test/dc/v2/acme.test/settings"
TEMPLATE_URL = (
    "https://api.dns.test/dc/v2/domainTemplates/providers/platform.test"
    "/services/mail-sender"
)


class ConnectCommon(HandoverCommon):
    """The platform has a template, and the DNS host of acme.test may know it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web = {}
        cls.asked = []
        cls.startClassPatcher(
            patch.object(MailSenderDomain, "_get_fetch", lambda self: cls.fetch)
        )
        cls.platform.write(
            {
                "domain_connect_provider": "platform.test",
                "domain_connect_label": "_dck1",
                "domain_connect_key": generate_private_key("rsa"),
            }
        )
        cls.dns.set("_domainconnect.acme.test", "TXT", "api.dns.test/dc")

    def setUp(self):
        super().setUp()
        self.asked.clear()
        self.web.clear()
        self.web[SETTINGS_URL] = (200, json.dumps(SETTINGS).encode())
        self.web[TEMPLATE_URL] = (200, b"")

    @classmethod
    def fetch(cls, url):
        cls.asked.append(url)
        if url not in cls.web:
            raise OSError("no route")
        return cls.web[url]


@tagged("post_install", "-at_install")
class TestDomainConnect(ConnectCommon, HttpCase):
    def get_link(self):
        return self.as_user(self.domain, self.manager).action_domain_connect()["url"]

    def test_the_link_names_all_required_records(self):
        self.domain.action_check()
        self.assertEqual(self.domain.domain_connect_host, "Dns Test")
        link = urlsplit(self.get_link())
        self.assertEqual(link.hostname, "connect.dns.test")
        query = {name: value for name, [value] in parse_qs(link.query).items()}
        self.assertEqual(query["domain"], "acme.test")
        self.assertEqual(query["groupId"], "ownership,key1,alias,dmarc")
        self.assertEqual(query["token"], self.domain.ownership_token)
        self.assertEqual(query["returnpath"], "return.platform.test")
        self.assertEqual(query["key"], "_dck1")
        self.assertTrue(query["sig"])

    def test_no_button_where_it_cannot_work(self):
        broken = (200, b"<html>")
        without_link = (200, json.dumps(SETTINGS | {"urlSyncUX": ""}).encode())
        for name, web in (
            ("the template is not known", {TEMPLATE_URL: (404, b"")}),
            ("no settings", {SETTINGS_URL: (404, b"")}),
            ("broken settings", {SETTINGS_URL: broken}),
            ("no links", {SETTINGS_URL: without_link}),
            ("an error", {TEMPLATE_URL: (500, b"")}),
        ):
            with self.subTest(name):
                self.domain.domain_connect_settings = {"name": "Dns Test"}
                self.web.update(web)
                self.domain.action_check()
                self.assertFalse(self.domain.domain_connect_host)
                with self.assertRaisesRegex(UserError, "Hand them over"):
                    self.get_link()
                self.setUp()

    def test_no_button_without_a_template(self):
        self.domain.action_check()
        for name in ("provider", "service", "label"):
            with self.subTest(name):
                field = f"domain_connect_{name}"
                before = self.platform[field]
                self.platform[field] = False
                self.env.invalidate_all()
                self.asked.clear()
                self.domain.action_check()
                self.assertFalse(self.domain.domain_connect_host)
                self.assertFalse(self.asked)
                self.platform[field] = before

    def test_no_answer_changes_nothing(self):
        self.domain.action_check()
        self.web.clear()
        self.domain.action_check()
        self.assertEqual(self.domain.domain_connect_host, "Dns Test")

    def test_only_checks_ask(self):
        self.domain.action_check()
        self.asked.clear()
        self.env.invalidate_all()
        _handover, url = self.give()
        page = self.url_open(url).text
        self.assertIn("https://connect.dns.test/v2/domainTemplates", page)
        self.domain.read()
        self.get_link()
        self.assertFalse(self.asked)

    def test_nobody_is_asked_while_a_check_is_stored(self):
        """Others would wait for the rows that are locked then."""
        check = check_domain(
            self.domain._prepare_setup(),
            self.dns,
            host_question=self.domain._get_host_question(),
        )
        self.assertTrue(self.asked)
        self.asked.clear()
        self.dns.questions.clear()
        self.domain._store_check(check)
        self.assertEqual(self.domain.domain_connect_host, "Dns Test")
        self.assertFalse(self.asked)
        self.assertFalse(self.dns.questions)

    def test_a_key_that_cannot_be_used_leaves_the_page_as_it_is(self):
        self.domain.action_check()
        self.platform._set_password__("no key", KEY_COLUMN)
        _handover, url = self.give()
        self.assertNotIn("connect.dns.test", self.url_open(url).text)
        with self.assertRaisesRegex(UserError, "signing key"):
            self.get_link()

    def test_the_key_is_a_secret(self):
        admin = self.env.ref("base.user_admin")
        platform = self.platform.with_user(admin)
        self.assertFalse(platform.domain_connect_key)
        self.assertIn("p=1,a=RS256,d=", platform.domain_connect_hint)
        self.assertNotIn("PRIVATE", str(platform.read()))
        with self.assertRaises(AccessError):
            self.platform.with_user(self.manager).read(["domain_connect_key"])
        self.assertNotIn("PRIVATE", str(self.platform.with_user(self.manager).read()))
        queries = "\n".join(get_neutralization_queries(["mail_sender_domain"]))
        self.assertRegex(
            queries, r"UPDATE mail_sender_platform[^;]*domain_connect_secret = NULL"
        )

    def test_what_is_no_setting(self):
        with self.assertRaisesRegex(ValidationError, "Signing Key: .*RSA"):
            self.platform.domain_connect_key = generate_private_key("ed25519")
        with self.assertRaisesRegex(ValidationError, "Provider ID: "):
            self.platform.domain_connect_provider = "https://platform.test"

    def test_nobody_writes_what_the_dns_host_said(self):
        domain = self.as_user(self.domain, self.manager)
        with self.assertRaises(AccessError):
            domain.write({"domain_connect_settings": {"name": "x"}})
