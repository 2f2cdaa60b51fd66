# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from base64 import b64encode
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import file_open, mute_logger

from .. import handover_texts
from ..models import mail_sender_handover_visit
from ..models.mail_sender_domain_check import MailSenderDomain
from ..models.mail_sender_domain_recheck import ASK_PAUSE, CLAIM
from ..models.mail_sender_handover import NOTE_LENGTH
from ..models.mail_sender_handover_visit import LIMITS, Limit
from ..reader import Reader
from ..report.handover import Handover
from ..tools.domain_state import RecordStatus
from ..tools.expected_records import Purpose, Requirement
from ..tools.link_token import LinkToken
from ..tools.record_form import COLUMNS
from ..wizards.mail_sender_handover_wizard import LIMIT_PER_DOMAIN, MOST_DAYS
from .common import SenderCommon


class HandoverCommon(SenderCommon):
    """A manager of Acme gives out links to the records of acme.test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.create_domain("acme.test")
        cls.manager = cls.create_manager("mira", cls.company)

    def give(self, domain=None, days=30, **kwargs):
        """Return a new link, in superuser mode, and its address."""
        domain = self.as_user(domain or self.domain, self.manager)
        return domain.env["mail.sender.handover"]._give(
            domain, timedelta(days=days), **kwargs
        )


@tagged("post_install", "-at_install")
class TestReader(BaseCase):
    def test_which_language_is_spoken(self):
        for wishes, lang in (
            (("nl-BE", "fr"), "nl_NL"),
            (("fr_BE",), "fr_FR"),
            (("de-AT;q=0.8",), "de_DE"),
            (("ja", "ko", "de"), "de_DE"),
            (("ja", "*"), "en_US"),
            (("en-GB", "nl"), "en_US"),
            ((None, "", "nl"), "nl_NL"),
            ((), "en_US"),
        ):
            with self.subTest(wishes):
                self.assertEqual(Reader(*wishes).lang, lang)

    def test_every_language_is_spoken_whatever_the_database_has(self):
        sentence = "There is no such record yet. Publish it at the DNS host."
        said = {Reader(lang)._(sentence) for lang in ("en", "nl", "fr", "de")}
        self.assertEqual(len(said), 4)

    def test_days_and_moments(self):
        moment = fields.Datetime.to_datetime("2026-03-01 09:30:00")
        self.assertEqual(Reader("de").say_date(moment.date()), "1. März 2026")
        self.assertIn("09:30:00 UTC", Reader("fr").say_time(moment))

    def test_there_is_a_text_for_everything(self):
        for texts, codes in (
            (handover_texts.PURPOSE_TEXTS, Purpose),
            (handover_texts.WHY_TEXTS, Purpose),
            (handover_texts.REQUIREMENT_TEXTS, Requirement),
            (handover_texts.STATUS_TEXTS, RecordStatus),
            (handover_texts.COLUMN_TEXTS, COLUMNS),
        ):
            self.assertEqual(set(texts), set(codes))
        self.assertLessEqual(set(Handover.KINDS), set(handover_texts.SENTENCES))


@tagged("post_install", "-at_install")
class TestGiving(HandoverCommon):
    """The manager's side."""

    def make_wizard(self, user=None, **values):
        action = self.as_user(self.domain, user or self.manager).action_hand_over()
        wizards = self.as_user(self.env[action["res_model"]], user or self.manager)
        return wizards.with_context(**action["context"]).create(values)

    def test_a_link_without_a_mail_is_shown_once(self):
        action = self.make_wizard(days=3).action_make_link()
        url = action["context"]["default_url"]
        handover = self.env["mail.sender.handover"].search([])
        self.assertRecordValues(
            handover,
            [{"domain_id": self.domain.id, "email": False, "user_id": self.manager.id}],
        )
        days = (handover.expiry_date - fields.Datetime.now()).days
        self.assertIn(days, (2, 3))
        secret = url.rpartition("/")[2]
        self.assertNotIn(secret, str(handover.sudo().read()))
        wizards = self.env["mail.sender.handover.wizard"].search([])
        self.assertNotIn(secret, str(wizards.read()))
        self.assertEqual(self.env["mail.sender.handover"]._find(secret), handover)

    def test_what_cannot_be_sent(self):
        for email in (
            "",
            "it",
            "it@dns.test, boss@dns.test",
            "it@dns.test\nBcc: x@y.z",
        ):
            with self.subTest(email), self.assertRaisesRegex(ValidationError, "^To: "):
                self.make_wizard(email_to=email).action_send()
        for days in (0, -1, MOST_DAYS + 1):
            with (
                self.subTest(days),
                self.assertRaisesRegex(ValidationError, "1 to 90 days"),
            ):
                self.make_wizard(days=days)

    def test_how_often_records_are_mailed(self):
        for _ in range(LIMIT_PER_DOMAIN):
            self.give(email="it@dns.test")
        wizard = self.make_wizard(email_to="it@dns.test")
        with self.assertRaisesRegex(UserError, "often enough for today"):
            wizard.action_send()
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            wizard._check_limit()

    def test_a_mail_that_cannot_leave_says_why(self):
        def refuse(*args, **kwargs):
            raise OSError("the mail server burns")

        self.patch(type(self.env["ir.mail_server"]), "_connect__", refuse)
        wizard = self.make_wizard(email_to="it@dns.test")
        with (
            mute_logger("odoo.addons.mail.models.mail_mail"),
            self.assertRaisesRegex(UserError, "could not be sent.*burns"),
            self.env.cr.savepoint(),
        ):
            wizard.action_send()
        self.assertFalse(self.env["mail.sender.handover"].search([]))

    def test_only_who_may_change_the_domain_gives_links(self):
        stranger = self.create_manager("olaf", self.other_company)
        self.domain.shared_company_ids = self.other_company
        handover, _url = self.give()
        domain = self.as_user(self.domain, stranger)
        with self.assertRaises(AccessError):
            domain.action_hand_over()
        wizards = self.as_user(self.env["mail.sender.handover.wizard"], stranger)
        with self.assertRaises(AccessError):
            wizards.create({"domain_id": self.domain.id}).action_make_link()
        with self.assertRaises(AccessError):
            self.as_user(handover, stranger).action_revoke()
        with self.assertRaises(AccessError):
            self.as_user(handover, stranger).read(["email"])
        self.assertFalse(self.as_user(handover, stranger).search([]))

    def test_what_nobody_may_touch(self):
        handover, _url = self.give()
        with self.enter_registry_test_mode():
            handover._take("open")
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            handover.with_user(admin).read(["token_digest"])
        with self.assertRaises(AccessError):
            handover.with_user(admin).write({"expiry_date": fields.Datetime.now()})
        visits = self.env["mail.sender.handover.visit"].search([])
        with self.assertRaises(AccessError):
            visits.with_user(admin).unlink()

    def test_revoking(self):
        handover, url = self.give()
        token = url.rpartition("/")[2]
        self.assertTrue(handover._find(token))
        self.as_user(handover, self.manager).action_revoke()
        self.assertFalse(handover.is_open)
        self.assertFalse(handover._find(token))

    def test_old_links_are_forgotten(self):
        handover, _url = self.give(days=1)
        with self.enter_registry_test_mode():
            handover._take("open")
        for days, is_kept in ((90, True), (92, False)):
            with freeze_time(fields.Datetime.now() + timedelta(days=days)):
                handover._gc_old()
            self.assertEqual(bool(handover.exists()), is_kept)

    def test_a_neutralized_copy_has_no_links(self):
        self.give()
        queries = "\n".join(get_neutralization_queries(["mail_sender_domain"]))
        self.assertIn("DELETE FROM mail_sender_handover;", queries)


@tagged("post_install", "-at_install")
class TestCounting(HandoverCommon):
    def setUp(self):
        super().setUp()
        # Visits are counted in transactions of their own.
        self.enterContext(self.enter_registry_test_mode())

    def test_a_thousand_visits(self):
        handover, _url = self.give()
        limit = LIMITS["open"]
        start = fields.Datetime.now()
        with freeze_time(start):
            waits = [handover._take("open") for _ in range(1000)]
        seconds = int(limit.period.total_seconds())
        refused = [seconds] * (1000 - limit.count)
        self.assertEqual(waits, [0] * limit.count + refused)
        visits = self.env["mail.sender.handover.visit"].search([])
        self.assertEqual(len(visits), limit.count)
        self.assertTrue(handover.opened_date)
        other, _url = self.give()
        with freeze_time(start):
            self.assertFalse(other._take("open"))
            self.assertFalse(handover._take("check"))
        with freeze_time(start + limit.period - timedelta(seconds=7)):
            self.assertEqual(handover._take("open"), 7)
        with freeze_time(start + limit.period):
            self.assertFalse(handover._take("open"))
        with freeze_time(start + timedelta(days=2)):
            visits._gc_old()
        self.assertFalse(visits.search([]))

    def test_wrong_links_are_counted_by_where_they_come_from(self):
        visits = self.env["mail.sender.handover.visit"]
        for _ in range(LIMITS["wrong"].count):
            self.assertFalse(visits._take_wrong("2001:db8::1"))
        for address, is_refused in (
            ("2001:db8::2", True),
            ("2001:db8:0:1::1", False),
            ("192.0.2.1", False),
            (None, False),
        ):
            with self.subTest(address):
                self.assertEqual(bool(visits._take_wrong(address)), is_refused)
        self.assertNotIn("2001:db8", str(visits.search([]).read()))

    def test_a_check_leaves_the_name_servers_alone_for_a_while(self):
        now = fields.Datetime.now()
        with freeze_time(now):
            self.assertTrue(self.domain._ask_check())
            self.assertFalse(self.domain._ask_check())
        with freeze_time(now + ASK_PAUSE):
            self.assertTrue(self.domain._ask_check())
        self.domain.action_check()
        with freeze_time(self.domain.last_check + ASK_PAUSE - timedelta(seconds=1)):
            self.assertFalse(self.domain._ask_check())


@tagged("post_install", "-at_install")
class TestPage(HandoverCommon, HttpCase):
    """The reader's side; nobody is logged in."""

    def setUp(self):
        super().setUp()
        self.handover, self.link = self.give(email="it@dns.test")
        self.token = self.link.rpartition("/")[2]

    def open(self, link, status=200, **headers):
        """Open an address; return the page as text."""
        response = self.url_open(link, headers=headers)
        self.assertEqual(response.status_code, status)
        self.assert_headers(response)
        return response.text

    def assert_headers(self, response):
        for name, value in (
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Robots-Tag", "noindex, nofollow"),
            ("X-Content-Type-Options", "nosniff"),
        ):
            self.assertEqual(response.headers[name], value)
        policy = response.headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "frame-ancestors 'none'"):
            self.assertIn(part, policy)

    def get_paths(self, token):
        """Every address that takes a token."""
        return [
            f"/mail-sender/records/{token}",
            *(f"/mail-sender/records-file/{kind}/{token}" for kind in Handover.KINDS),
            f"/mail-sender/records-file/exe/{token}",
        ]

    def post(self, action, token=None, status=200, **values):
        """Press a button of the page; return what comes of it."""
        page = self.url_open(self.link).text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        data = {"csrf_token": csrf, "token": self.token if token is None else token}
        response = self.url_open(f"/mail-sender/{action}", data=data | values)
        self.assertEqual(response.status_code, status)
        self.assert_headers(response)
        return response.text

    def run_scheduler(self):
        """Let the scheduler check what is due."""
        cron = self.env.ref("mail_sender_domain.ir_cron_check_domains")
        cron.method_direct_trigger()
        self.env.invalidate_all()

    # ------------------------------------------------------------- what it shows

    def test_records_and_nothing_else(self):
        self.create_domain("secret.test")
        self.create_domain("other.test", self.other_company)
        page = self.open(self.link)
        for line in self.domain.record_ids:
            self.assertIn(line.value, page)
        for secret in (
            "secret.test",
            "other.test",
            "it@dns.test",
            "mira",
            self.handover.token_digest,
            "session_info",
        ):
            self.assertNotIn(secret, page)
        self.assertNotIn("<script>", page)

    def test_the_logo_of_the_company(self):
        self.assertNotIn("<img", self.open(self.link))
        with file_open("mail_sender_domain/static/description/icon.png", "rb") as file:
            self.company.logo = b64encode(file.read())
        self.assertIn('<img class="ms-logo"', self.open(self.link))

    def test_what_a_check_found(self):
        self.dns.set(
            "_mail-sender.acme.test",
            "TXT",
            "mail-sender-verification=<script>alert(1)</script>",
        )
        self.domain.action_check()
        page = self.open(self.link)
        self.assertIn("ms-record-bad", page)
        self.assertNotIn("<script>alert", page)

    def test_the_value_that_mends_a_record_is_the_one_to_publish(self):
        """Nobody is given a value that undoes what a record of theirs does already."""
        self.platform.spf_include = "spf.platform.test"
        self.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        self.domain.action_check()
        token = self.get_line("ownership").value
        reject = "v=DMARC1; p=reject; adkim=s"
        merged = "v=spf1 include:spf.platform.test ip4:192.0.2.9 ~all"
        for purpose, texts, code, value in (
            ("ownership", ["mail-sender-verification=1"], "other_token", token),
            ("dmarc", [f'"{reject}"'], "quotes", reject),
            (
                "dmarc",
                ["v=DMARC1; p=some; adkim=s"],
                "syntax",
                "v=DMARC1; p=none; adkim=s",
            ),
            ("dmarc", [reject, "v=DMARC1; p=none"], "several_records", reject),
            ("spf", ['"v=spf1 ip4:192.0.2.9 ~all"'], "quotes", merged),
            ("spf", ["v=spf1 ip4: 192.0.2.9 ~all"], "blanks", merged),
            ("spf", ["v=spf1 ip:192.0.2.9 ~all"], "syntax", merged),
            ("spf", ["v=spf1 ip4:192.0.2.9 +all"], "allows_everyone", merged),
            ("spf", ["v=spf1 ip4:192.0.2.9", "v=spf1 -all"], "several_records", merged),
        ):
            with self.subTest(purpose, code=code):
                host = self.get_line(purpose).host
                self.dns.set(host, "TXT", *texts)
                self.domain.action_check()
                line = self.get_line(purpose)
                self.assertEqual((line.reason_code, line.form_value), (code, value))
                page = html.fromstring(self.open(self.link))
                [found] = [
                    each
                    for each in page.find_class("ms-found")
                    if each.text == "\n".join(texts)
                ]
                article = found.xpath("ancestor::article")[0]
                copied = [b.get("data-copy") for b in article.find_class("ms-copy")]
                self.assertEqual(copied.count(value), 1)
                self.dns.remove(host)

    def get_line(self, purpose):
        """The record of the domain for a purpose."""
        return self.domain.record_ids.filtered(lambda line: line.purpose == purpose)

    def test_an_spf_record_that_nobody_saw_is_not_to_be_replaced(self):
        self.platform.spf_include = "spf.platform.test"
        self.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        self.domain._sync_records()
        page = self.open(self.link)
        self.assertIn("leave it for now", page)
        self.assertNotIn("replace it by", page)
        self.domain.action_check()
        page = self.open(self.link)
        self.assertNotIn("leave it for now", page)
        self.assertIn("replace it by", page)

    def test_every_field_can_be_copied(self):
        page = html.fromstring(self.open(self.link))
        for line, article in zip(
            self.domain.record_ids, page.find_class("ms-record"), strict=True
        ):
            with self.subTest(line.host):
                buttons = article.find_class("ms-copy")
                copied = [button.get("data-copy") for button in buttons]
                form = [line.type, line.form_host, line.host, line.form_value, "3600"]
                self.assertEqual(copied, form)
                [host] = article.xpath(f".//code[text()='{line.form_host}']")
                self.assertEqual(host.get("title"), line.host, "on hover")

    def test_what_was_found_stands_beside_what_is_expected(self):
        self.dns.set("_mail-sender.acme.test", "TXT", "mail-sender-verification=1")
        self.domain.action_check()
        page = html.fromstring(self.open(self.link))
        [found] = page.find_class("ms-found")
        self.assertEqual(found.text, "mail-sender-verification=1")
        article = found.xpath("ancestor::article")[0]
        self.assertIn(self.domain.record_ids[0].value, article.text_content())
        self.assertIn("another registration", article.text_content())

    def test_the_control_panel_of_the_dns_host(self):
        self.assertNotIn("Control panel", self.open(self.link))
        self.dns.set("acme.test", "NS", "ada.ns.cloudflare.com")
        self.domain.action_check()
        page = html.fromstring(self.open(self.link))
        self.assertTrue(self.domain.dns_panel)
        [link] = page.xpath(f"//a[@href='{self.domain.dns_panel}']")
        self.assertEqual(link.text, self.domain.dns_panel)
        # Whoever runs the panel does not learn the address of this page.
        self.assertIn("noreferrer", link.get("rel"))

    def test_the_language_of_the_browser(self):
        for wish, lang, sentence in (
            ("nl-BE,nl;q=0.9", "nl-NL", "Meld"),
            ("fr", "fr-FR", "Connectez-vous"),
            ("de-AT", "de-DE", "Melden Sie sich"),
            ("ja", "en-US", "Sign in where"),
        ):
            with self.subTest(wish):
                page = self.open(self.link, **{"Accept-Language": wish})
                self.assertIn(f'lang="{lang}"', page)
                self.assertIn(sentence, page)
                other = self.open(
                    "/mail-sender/records/x", 404, **{"Accept-Language": wish}
                )
                self.assertIn(f'lang="{lang}"', other)

    def test_opening_changes_nothing_but_the_count(self):
        before = self.domain.read()
        for path in self.get_paths(self.token)[:-1]:
            self.open(path)
            self.url_open(path, method="HEAD")
        self.env.invalidate_all()
        self.assertEqual(self.domain.read(), before)
        self.assertTrue(self.handover.opened_date)

    def test_markup_in_names_is_shown_and_not_obeyed(self):
        self.company.name = "<script>alert(1)</script>"
        self.assertNotIn("<script>", self.open(self.link))

    # --------------------------------------------------------- links that are none

    def test_every_link_that_is_none_looks_the_same(self):
        key = self.handover._get_signing_key()
        expired, expired_url = self.give()
        expired.expiry_date = fields.Datetime.now() - timedelta(seconds=1)
        revoked, revoked_url = self.give()
        self.as_user(revoked, self.manager).action_revoke()
        gone, gone_url = self.give(self.create_domain("gone.test"))
        gone.domain_id.unlink()
        other = "a" if self.token[5] != "a" else "b"
        tokens = {
            "expired": expired_url.rpartition("/")[2],
            "revoked": revoked_url.rpartition("/")[2],
            "of a deleted domain": gone_url.rpartition("/")[2],
            "cut off": self.token[:-1],
            "tampered": self.token[:5] + other + self.token[6:],
            "of another purpose": LinkToken.make().sign("confirm", key),
            "of another database": LinkToken.make().sign("records", b"other"),
            "unknown": LinkToken.make().sign("records", key),
            "long": "a" * 3000,
            "odd": "%00%E2%80%AE<script>",
        }
        pages = {}
        many = {"wrong": Limit(1000, timedelta(minutes=1))}
        self.enterContext(patch.dict(LIMITS, many))
        for name, token in tokens.items():
            for path in self.get_paths(token):
                pages[name, path] = self.open(path, 404)
            for action in ("records-check", "records-note"):
                pages[name, action] = self.post(action, token, 404, note="hello")
        pages["nothing", ""] = self.open("/mail-sender/records", 404)
        self.assertEqual(len(set(pages.values())), 1)
        page = pages["nothing", ""]
        self.assertIn("This link is not valid", page)
        for secret in ("acme", "Acme", "Mira", "<form"):
            self.assertNotIn(secret, page)
        self.assertFalse(self.domain.last_check)

    def test_an_unknown_document(self):
        self.assertEqual(self.url_open(self.get_paths(self.token)[-1]).status_code, 404)

    # ---------------------------------------------------------------------- limits

    def test_too_many_requests_are_refused_politely(self):
        few = {kind: Limit(2, timedelta(minutes=1)) for kind in LIMITS}
        with patch.dict(mail_sender_handover_visit.LIMITS, few):
            for _ in range(2):
                self.open(self.link)
            response = self.url_open(self.link)
            self.assertEqual(response.status_code, 429)
            self.assert_headers(response)
            self.assertIn(int(response.headers["Retry-After"]), range(50, 61))
            self.assertIn("One moment, please", response.text)
            self.assertNotIn("acme", response.text)
            path = self.get_paths(self.token)[2]
            statuses = [self.url_open(path).status_code for _ in range(3)]
            self.assertEqual(statuses, [200, 200, 429])

    def test_a_stranger_takes_nothing_from_the_reader(self):
        """Nor learns whether a link was right, once there were too many wrong ones."""
        few = {"wrong": Limit(2, timedelta(minutes=1))}
        with patch.dict(LIMITS, few):
            for path in (*self.get_paths("wrong")[:2], "/mail-sender/records"):
                response = self.url_open(path)
            self.assertEqual(response.status_code, 429)
            self.assert_headers(response)
            self.assertIn("One moment, please", response.text)
            self.assertGreater(int(response.headers["Retry-After"]), 50)
            self.open(self.link)

    # ----------------------------------------------------------------------- check

    def test_check_now(self):
        """The scheduler checks; the page waits for it, also without a program."""
        self.publish(self.domain)
        self.dns.questions.clear()
        page = self.post("records-check")
        self.assertFalse(self.dns.questions, "nobody waits for DNS in a request")
        self.assertIn("The check begins in a moment", page)
        self.assertIn('data-poll="2000"', page)
        self.assertIn('<meta http-equiv="refresh"', page)
        self.assertIn('disabled="disabled"', page)
        self.assertIn("less than a minute ago", self.post("records-check"))
        self.assertEqual(self.domain._claim_due(), self.domain)
        self.env.flush_all()
        self.assertIn("The name servers are being asked", self.open(self.link))
        self.domain.next_check = fields.Datetime.now()
        self.run_scheduler()
        page = self.open(self.link)
        self.assertIn("All required records are right", page)
        for waits in ("data-poll", "<noscript>", "disabled="):
            self.assertNotIn(waits, page)
        self.assertEqual(self.domain.state, "verified")
        self.assertIn("less than a minute ago", self.post("records-check"))

    def test_a_check_that_never_ends_is_not_waited_for_for_ever(self):
        self.domain.check_asked_on = fields.Datetime.now() - CLAIM
        self.assertNotIn("data-poll", self.open(self.link))

    def test_dns_servers_that_cannot_be_asked_are_not_named(self):
        self.env["ir.config_parameter"].set_param(
            "mail_sender_domain.dns_servers", "dns.secret.test"
        )
        real = self.ask_real_resolver
        with patch.object(MailSenderDomain, "_get_resolver", lambda self: real()):
            page = self.post("records-check")
        self.assertIn("could not be asked. Please tell Acme", page)
        self.assertNotIn("secret", page)

    def test_nothing_that_is_typed_reaches_dns(self):
        asked = []
        resolve = self.dns.resolve

        def spy(name, *args):
            asked.append(name)
            return resolve(name, *args)

        self.patch(self.dns, "resolve", spy)
        self.post(
            "records-check", domain="evil.test", name="evil.test", host="evil.test"
        )
        self.assertFalse(asked)
        self.run_scheduler()
        self.assertTrue(asked)
        # A domain is asked for, and what lies below it; the platform is our own.
        for name in set(asked):
            self.assertRegex(name, r"(^|\.)(acme|platform)\.test$|^test$")

    @mute_logger("odoo.http")  # that the form was not ours
    def test_a_form_of_another_site_changes_nothing(self):
        for action in ("records-check", "records-note"):
            response = self.url_open(
                f"/mail-sender/{action}",
                data={"csrf_token": "forged", "token": self.token, "note": "x"},
            )
            self.assertEqual(response.status_code, 400)
        self.assertFalse(self.domain.last_check)

    # ----------------------------------------------------------------------- notes

    def get_note(self):
        self.env.invalidate_all()
        return self.domain.message_ids[0]

    def test_a_note(self):
        page = self.post("records-note", note="All done.\nOne question?")
        self.assertIn("Your note was sent", page)
        note = self.get_note()
        self.assertIn("All done.<br>One question?", note.body)
        self.assertIn("it@dns.test", note.body)
        self.assertIn(self.manager.partner_id, note.notified_partner_ids)

    def test_hostile_notes(self):
        for text, shown in (
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)"),
            ("<img src=x onerror=alert(1)>", "&lt;img src=x"),
            ("{{ 7*7 }} %(domain)s %s", "{{ 7*7 }} %(domain)s %s"),
            ("</blockquote><h1>Acme</h1>", "&lt;/blockquote&gt;"),
            ("a\u202egnp.exe\x00b\x1b[31m", "agnp.exeb[31m"),
        ):
            with self.subTest(text):
                self.post("records-note", note=text)
                body = self.get_note().body
                self.assertIn(shown, body)
                for tag in ("<script", "<img", "<h1"):
                    self.assertNotIn(tag, body)

    def test_long_and_empty_notes(self):
        count = len(self.domain.message_ids)
        for text in ("", " \r\n "):
            self.post("records-note", note=text)
        self.assertEqual(len(self.domain.message_ids), count)
        self.post("records-note", note="x" * 100_000)
        self.assertEqual(self.get_note().body.count("x" * NOTE_LENGTH), 1)
        self.assertLess(len(self.get_note().body), NOTE_LENGTH + 1000)

    def test_notes_are_limited(self):
        few = {"note": Limit(1, timedelta(hours=1))}
        with patch.dict(mail_sender_handover_visit.LIMITS, few):
            self.post("records-note", note="one")
            self.assertIn("60 minutes", self.post("records-note", status=429, note="2"))
