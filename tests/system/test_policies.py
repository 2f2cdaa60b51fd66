# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What companies may decide, each decision with mail that really leaves."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.mail_sender_domain.models.choosing import (
    SENDER_CONTEXT,
    SenderContext,
)

from tests.peers.smtp_receiver import SmtpReceiver

from .common import SystemCase

OWN = "Acme <post@acme.test>"
RELAY = "Acme <acme@relay.test>"


class PolicyCase(SystemCase):
    """Acme sends from its own domain and may have a relay address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Acme", "acme.test")
        cls.make_relay_domain("relay.test")
        cls.sender = cls.make_sender(cls.company, "acme.test", "post@acme.test")
        cls.domain = cls.sender.domain_id
        cls.platform = cls.env["mail.sender.platform"]._get_platform()
        cls.user = cls.make_user("worker", cls.company)

    def break_domain(self, domain=None) -> None:
        """Let the owner lose a required record, and the time of grace pass."""
        domain = domain or self.domain
        record = domain.record_ids.filtered(lambda r: r.purpose == "dkim")
        self.dns.remove(record.host)
        self.addCleanup(self.dns.set, record.host, record.type, record.value)
        domain.action_check()
        later = fields.Datetime.now() + timedelta(days=4)
        with patch.object(fields.Datetime, "now", lambda: later):
            domain.action_check()
        self.assertEqual(domain.state, "broken")
        self.forget_mails()

    def forget_mails(self) -> None:
        self.receiver.mails.clear()
        self.stray_receiver.mails.clear()

    def write_to_customer(self, company=None, **values):
        """Leave a mail to the customer in the queue of a company."""
        company = company or self.company
        return (
            self.env["mail.mail"]
            .with_user(self.user)
            .with_company(company)
            .sudo()
            .create(
                {
                    "subject": "hello",
                    "body_html": "<p>hello</p>",
                    "email_from": self.user.email_formatted,
                    "email_to": "customer@example.com",
                    "auto_delete": False,
                    **values,
                }
            )
        )

    def make_list(self, user):
        """Make a mailing list, news@acme.test, as a user does who may."""
        groups = self.env["mail.group"].with_user(user).sudo()
        groups.search([]).moderation = False
        group = groups.create(
            {
                "name": "News",
                "access_mode": "public",
                "alias_name": "news",
                "alias_domain_id": self.company.alias_domain_id.id,
                "member_ids": [Command.create({"email": "customer@example.com"})],
            }
        )
        return group.with_env(self.env)

    def write_to_list(self, author: str) -> None:
        """Let the gateway receive a mail to the list, and its members get it."""
        self.env["mail.thread"].message_process(
            False,
            f"From: {author}\n"
            "To: news@acme.test\n"
            "Subject: hello\n"
            f"Message-ID: <{author}>\n"
            "\n"
            "Hello list.\n",
        )
        self.run_queue()

    def run_queue(self) -> None:
        """Let the scheduler send what waits."""
        with self.enter_registry_test_mode():
            self.env.ref("mail.ir_cron_mail_scheduler_action").method_direct_trigger()

    def get_log(self, mail):
        """The line of the sending log about a mail."""
        return self.env["mail.sender.log"].search([("mail_mail_id", "=", mail.id)])


@tagged("post_install", "-at_install")
class TestStrict(PolicyCase):
    """Nothing leaves but from proven sender addresses of the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        login = "worker@staff.test", "secret"
        cls.other_receiver = cls.enterClassContext(SmtpReceiver(login=login))
        for values in (
            {"name": "newsletters", "from_filter": "news.test"},
            {
                "name": "worker",
                "from_filter": "worker@staff.test",
                "owner_user_id": cls.user.id,
            },
        ):
            cls.make_server(
                receiver=cls.other_receiver,
                smtp_encryption="starttls",
                smtp_user="worker@staff.test",
                smtp_pass="secret",
                sequence=30,
                **values,
            )
        cls.forced = cls.env["ir.mail_server"].search([("name", "=", "newsletters")])

    def send(self, **values):
        """Send a mail; return it and what the other server got instead of ours."""
        self.other_receiver.mails.clear()
        mail = self.write_to_customer(**values)
        self.run_queue()
        self.assertFalse(self.stray_receiver.mails)
        return mail, self.other_receiver.mails

    def assert_left_from_default(self, mail, reply_to):
        [received] = self.receiver.mails
        self.assertFalse(self.other_receiver.mails)
        self.assertEqual(received.message["From"], OWN)
        self.assertEqual(received.message["Reply-To"], reply_to)
        self.assertTrue(self.verify(received).passes)
        log = self.get_log(mail)
        self.assertEqual(log.reason, "company_default")
        [[address_id, code, _reason, rule_id]] = log.skipped
        self.assertEqual((address_id, code, rule_id), (0, "strict", 0))
        self.assertIn("strictly", log.skipped_text)

    def test_open_keeps_the_server_of_a_template(self):
        mail, [received] = self.send(
            email_from="Editor <editor@news.test>", mail_server_id=self.forced.id
        )
        self.assertFalse(self.receiver.mails)
        self.assertEqual(received.message["From"], "Editor <editor@news.test>")
        self.assertEqual(self.get_log(mail).reason, "forced_server")

    def test_strict_passes_over_the_server_of_a_template(self):
        self.company.sender_strictness = "strict"
        mail, _others = self.send(
            email_from="Editor <editor@news.test>", mail_server_id=self.forced.id
        )
        self.assert_left_from_default(mail, "Editor <editor@news.test>")

    def test_a_server_that_does_not_cover_the_from_is_passed_over(self):
        self.send(email_from="x@elsewhere.test", mail_server_id=self.forced.id)
        [received] = self.receiver.mails
        self.assertEqual(received.message["From"], OWN)
        self.assertFalse(self.other_receiver.mails)

    def test_open_keeps_the_personal_server(self):
        mail, [received] = self.send()
        self.assertFalse(self.receiver.mails)
        self.assertEqual(received.message["From"], "Worker <worker@staff.test>")
        self.assertEqual(self.get_log(mail).reason, "personal_server")

    def test_a_personal_server_only_sends_what_its_owner_wrote(self):
        """Odoo would leave it to any server: in the scheduler somebody else writes."""
        context = SenderContext(self.company.id, user_id=self.user.id)
        self.other_receiver.mails.clear()
        mail = (
            self.env["mail.mail"]
            .with_context(**{SENDER_CONTEXT: context})
            .create(
                {
                    "body_html": "<p>hello</p>",
                    "email_from": self.user.email_formatted,
                    "email_to": "customer@example.com",
                }
            )
        )
        self.assertEqual(mail.sender_user_id, self.user)
        self.run_queue()
        self.assertFalse(self.other_receiver.mails + self.stray_receiver.mails)
        [received] = self.receiver.mails
        self.assertEqual(received.message["From"], OWN)

    def test_a_personal_server_that_odoo_would_not_use(self):
        """Its owner has another one, or the administrator forbids them."""
        server = self.env["ir.mail_server"].search([("name", "=", "worker")])
        parameters = self.env["ir.config_parameter"]
        for change in (
            lambda: parameters.set_param("mail.disable_personal_mail_servers", "1"),
            lambda: server.write({"smtp_user": "somebody@staff.test"}),
            lambda: server.write({"active": False}),
        ):
            change()
            self.receiver.mails.clear()
            _mail, others = self.send()
            self.assertFalse(others)
            [received] = self.receiver.mails
            self.assertEqual(received.message["From"], OWN)
            parameters.set_param("mail.disable_personal_mail_servers", False)

    def test_a_mailing_list_hands_on_nothing_by_a_personal_server(self):
        """A colleague wrote it, but the list sends it to its members."""
        group = self.make_list(self.user).with_user(self.user).sudo()
        group.message_post(
            body="Hello list.", subject="hello", email_from=self.user.email_formatted
        )
        self.run_queue()
        self.assertFalse(self.other_receiver.mails + self.stray_receiver.mails)
        [received] = self.receiver.mails
        self.assertEqual(received.message["From"], OWN)
        self.assertEqual(received.message["Reply-To"], "Worker <news@acme.test>")

    def test_strict_passes_over_the_personal_server(self):
        self.company.sender_strictness = "strict"
        mail, _others = self.send()
        self.assert_left_from_default(mail, "Worker <worker@staff.test>")

    def test_strictness_counts_for_what_waits(self):
        """Mail that was queued when it was allowed does not leave any more."""
        mail = self.write_to_customer(
            email_from="Editor <editor@news.test>",
            reply_to="",
            mail_server_id=self.forced.id,
        )
        self.company.sender_strictness = "strict"
        self.run_queue()
        self.assert_left_from_default(mail, "Editor <editor@news.test>")

    def test_strict_holds_instead_of_relaying(self):
        self.company.write(
            {"sender_strictness": "strict", "sender_blocked_policy": "relay"}
        )
        self.break_domain()
        mail, others = self.send()
        self.assertFalse(others)
        self.assertFalse(self.receiver.mails)
        self.assertEqual(mail.state, "held")

    def test_strict_locks_nobody_out(self):
        self.company.sender_strictness = "strict"
        self.break_domain()
        with patch.object(type(self.user), "_totp_rate_limit"):
            self.user._send_totp_mail_code()
        self.user._action_reset_password()
        self.user._notify_security_setting_update("Changed", "Your password changed")
        recipients = [mail.recipients for mail in self.receiver.mails]
        self.assertEqual(recipients, [("worker@staff.test",)] * 3)

    def test_the_gateway_still_answers(self):
        self.company.sender_strictness = "strict"
        self.company.alias_domain_id.default_from = False
        self.env["mail.thread"].with_company(self.company).message_process(
            False,
            "From: Somebody <somebody@example.com>\n"
            "To: catchall@acme.test\n"
            "Subject: hello\n"
            "Message-ID: <hello@example.com>\n\n"
            "hello\n",
        )
        [received] = self.stray_receiver.mails
        self.assertEqual(received.message["From"], "MAILER-DAEMON <bounce@acme.test>")


@tagged("post_install", "-at_install")
class TestBlockedRoads(PolicyCase):
    """Mail of a blocked road waits, or leaves from the relay address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {
                "name": "Acme Branch",
                "email": "branch@acme.test",
                "parent_id": cls.company.id,
            }
        )
        cls.user.company_ids += cls.branch

    def test_who_decides(self):
        """The company itself, else its nearest parent, else the platform."""
        self.break_domain()
        for platform, parent, branch, outcome in (
            (False, False, False, "relay"),
            ("hold", False, False, "hold"),
            ("relay", "hold", False, "hold"),
            ("hold", "relay", False, "relay"),
            ("relay", "relay", "hold", "hold"),
            ("hold", "hold", "relay", "relay"),
        ):
            with self.subTest(platform=platform, parent=parent, branch=branch):
                self.platform.sender_blocked_policy = platform
                self.company.sender_blocked_policy = parent
                self.branch.sender_blocked_policy = branch
                self.forget_mails()
                mail = self.write_to_customer(self.branch)
                self.run_queue()
                senders = [m.message["From"] for m in self.receiver.mails]
                if outcome == "hold":
                    self.assertEqual((mail.state, senders), ("held", []))
                    mail.cancel()
                else:
                    self.assertEqual(senders, [RELAY])

    def test_a_relayed_mail_is_proven_and_answers_go_to_the_wanted_address(self):
        self.break_domain()
        mail = self.write_to_customer()
        self.run_queue()
        [received] = self.receiver.mails
        self.assertEqual(received.message["From"], RELAY)
        self.assertEqual(received.message["Reply-To"], OWN)
        self.assertEqual(received.mail_from, "bounce@bounce.relay.test")
        verdict = self.verify(received)
        self.assertTrue(verdict.passes, verdict)
        self.assertEqual(verdict.aligned_dkim, "relay.test")
        log = self.get_log(mail)
        self.assertEqual(log.wanted_address_id, self.sender)
        self.assertEqual(log.sender_address_id.email, "acme@relay.test")
        self.assertEqual(log.outcome, "accepted")

    def test_without_a_relay_domain_mail_waits(self):
        self.platform.relay_domain_id = False
        self.break_domain()
        mail = self.write_to_customer()
        self.run_queue()
        self.assertEqual(mail.state, "held")
        self.assertFalse(self.receiver.mails + self.stray_receiver.mails)

    def test_with_a_broken_relay_domain_mail_waits(self):
        self.break_domain()
        self.break_domain(self.platform.relay_domain_id)
        mail = self.write_to_customer()
        self.run_queue()
        self.assertEqual(mail.state, "held")
        self.assertFalse(self.receiver.mails + self.stray_receiver.mails)

    def test_what_waits_follows_another_decision(self):
        self.company.sender_blocked_policy = "hold"
        self.break_domain()
        mail = self.write_to_customer()
        self.assertEqual(mail.state, "held")
        self.company.sender_blocked_policy = "relay"
        self.run_queue()
        [received] = self.receiver.mails
        self.assertEqual(received.message["From"], RELAY)

    def test_send_now_respects_the_hold(self):
        self.company.sender_blocked_policy = "hold"
        self.break_domain()
        mail = self.write_to_customer()
        mail.send()
        mail.action_retry()
        mail.send(raise_exception=True)
        self.assertEqual(mail.state, "held")
        self.assertFalse(self.receiver.mails + self.stray_receiver.mails)


@tagged("post_install", "-at_install")
class TestReplies(PolicyCase):
    """Where answers go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.journal = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "purchase")], limit=1
        )
        cls.document = cls.env["res.partner"].create(
            {"name": "A document", "company_id": cls.company.id}
        )

    def post(self, document):
        """Post a message on a document and return the Reply-To that arrives."""
        self.forget_mails()
        document.with_user(self.user).sudo().message_post(
            body="hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        return self.get_reply_to()

    def get_reply_to(self):
        self.run_queue()
        [received] = self.receiver.mails
        return received.message["Reply-To"]

    def test_policies(self):
        """The alias of a document always wins; a catch-all only where it may."""
        self.company.sender_reply_to = "answers@acme.test"
        self.journal.alias_id.write(
            {"alias_name": "bills", "alias_domain_id": self.company.alias_domain_id.id}
        )
        for policy, document, nothing in (
            ("document", "Worker <catchall@acme.test>", OWN),
            ("sender", OWN, OWN),
            ("user", "Worker <worker@staff.test>", "Worker <worker@staff.test>"),
            ("fixed", "answers@acme.test", "answers@acme.test"),
        ):
            with self.subTest(policy):
                self.company.sender_reply_policy = policy
                self.assertEqual(self.post(self.document), document)
                self.assertEqual(self.post(self.journal), "Worker <bills@acme.test>")
                self.forget_mails()
                self.write_to_customer(reply_to="")
                self.assertEqual(self.get_reply_to(), nothing)
                self.forget_mails()
                self.write_to_customer(reply_to="Asked <asked@elsewhere.test>")
                self.assertEqual(self.get_reply_to(), "Asked <asked@elsewhere.test>")

    def test_a_catchall_that_was_never_seen_to_receive(self):
        """Nobody's answer goes to it, whoever asks for answers in the document."""
        self.platform.sender_reply_policy = "document"
        self.company.alias_domain_id.has_received = False
        self.assertEqual(self.post(self.document), OWN)
        self.journal.alias_id.write(
            {"alias_name": "bills", "alias_domain_id": self.company.alias_domain_id.id}
        )
        self.assertEqual(self.post(self.journal), "Worker <bills@acme.test>")
        self.company.alias_domain_id.has_received = True
        self.assertEqual(self.post(self.document), "Worker <catchall@acme.test>")

    def test_an_address_decides_for_itself(self):
        self.company.sender_reply_policy = "user"
        self.sender.write({"reply_policy": "fixed", "reply_to": "inbox@acme.test"})
        self.assertEqual(self.post(self.document), "inbox@acme.test")

    def test_who_decides(self):
        """The company itself, else the platform."""
        self.platform.sender_reply_policy = "sender"
        self.assertEqual(self.post(self.document), OWN)
        self.company.sender_reply_policy = "document"
        self.assertEqual(self.post(self.document), "Worker <catchall@acme.test>")

    def test_a_fixed_address_that_is_missing(self):
        """Answers then go to the sender, never into the void."""
        self.company.sender_reply_policy = "fixed"
        self.assertEqual(self.post(self.document), OWN)

    def test_nobody_pressed_send(self):
        self.company.sender_reply_policy = "user"
        self.env["mail.mail"].with_company(self.company).create(
            {"body_html": "<p>hello</p>", "email_to": "customer@example.com"}
        )
        self.assertEqual(self.get_reply_to(), OWN)

    def test_the_reply_address_of_a_template(self):
        template = self.env["mail.template"].create(
            {
                "name": "T",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "use_default_to": False,
                "partner_to": str(self.customer.id),
                "reply_to": "claims@acme.test",
            }
        )
        template.with_user(self.user).sudo().send_mail(self.document.id)
        self.assertEqual(self.get_reply_to(), "claims@acme.test")

    def test_a_relayed_mail(self):
        """Nobody reads the relay address."""
        self.break_domain()
        for policy, expected in (
            ("document", "Worker <catchall@acme.test>"),
            ("sender", OWN),
            ("user", "Worker <worker@staff.test>"),
        ):
            with self.subTest(policy):
                self.company.sender_reply_policy = policy
                self.assertEqual(self.post(self.document), expected)


@tagged("post_install", "-at_install")
class TestSystemMails(PolicyCase):
    """Login codes and mails about accounts always have a road."""

    def send(self, kind: str) -> None:
        """Send a login code, or what happens around an account."""
        if kind == "account":
            self.user._notify_security_setting_update("Changed", "Your password")
            return
        with patch.object(type(self.user), "_totp_rate_limit"):
            self.user._send_totp_mail_code()

    def receive(self):
        """Which server brought the one mail, and the mail."""
        received = [
            *(("platform", mail) for mail in self.receiver.mails),
            *(("stray", mail) for mail in self.stray_receiver.mails),
        ]
        [(server, mail)] = received
        self.assertEqual(mail.recipients, ("worker@staff.test",))
        return server, mail

    def assert_roads(self, cases) -> None:
        for kind, road, server, email_from, signed_by in cases:
            with self.subTest(kind=kind, road=road):
                other = "account" if kind == "code" else "code"
                # The other kind's choice does not count.
                opposite = "company" if road == "platform" else "platform"
                self.company[f"sender_{kind}_road"] = road
                self.company[f"sender_{other}_road"] = opposite
                self.forget_mails()
                self.send(kind)
                found, mail = self.receive()
                self.assertEqual(found, server)
                self.assertEqual(mail.message["From"], email_from)
                signers = [s.domain for s in self.verify(mail).signatures]
                self.assertEqual(signers, signed_by)

    def test_open_road(self):
        self.assert_roads(
            [
                ("code", "company", "platform", OWN, ["acme.test"]),
                ("code", "platform", "platform", RELAY, ["relay.test"]),
                ("account", "company", "platform", OWN, ["acme.test"]),
                ("account", "platform", "platform", RELAY, ["relay.test"]),
            ]
        )

    def test_blocked_road(self):
        """The platform takes over, with its own proof."""
        self.company.sender_blocked_policy = "hold"
        self.break_domain()
        self.assert_roads(
            [
                ("code", "company", "platform", RELAY, ["relay.test"]),
                ("code", "platform", "platform", RELAY, ["relay.test"]),
                ("account", "company", "platform", RELAY, ["relay.test"]),
                ("account", "platform", "platform", RELAY, ["relay.test"]),
            ]
        )

    def test_blocked_road_without_a_relay_domain(self):
        """The platform's server brings it in the company's name."""
        self.platform.relay_domain_id = False
        self.break_domain()
        name = "notifications@acme.test"
        self.assert_roads(
            [
                ("code", "company", "platform", name, []),
                ("code", "platform", "platform", name, []),
                ("account", "company", "platform", name, []),
                ("account", "platform", "platform", name, []),
            ]
        )

    def test_blocked_road_without_a_platform(self):
        """Odoo finds a server as it always did."""
        self.platform.write({"relay_domain_id": False, "mail_server_id": False})
        self.break_domain()
        name = "notifications@acme.test"
        self.assert_roads(
            [
                ("code", "company", "stray", name, []),
                ("code", "platform", "stray", name, []),
                ("account", "company", "stray", name, []),
                ("account", "platform", "stray", name, []),
            ]
        )

    def test_a_server_that_is_down(self):
        """What cannot be reached counts as blocked, in the same moment."""
        with SmtpReceiver() as gone:
            own = self.make_server(
                "own",
                gone,
                sender_company_id=self.company.id,
                sender_spf_include="spf.platform.test",
            )
        self.domain.mail_server_id = own
        self.assert_roads(
            [
                ("code", "company", "platform", RELAY, ["relay.test"]),
                ("account", "company", "platform", RELAY, ["relay.test"]),
            ]
        )

    def test_the_platform_decides_where_a_company_does_not(self):
        self.platform.sender_code_road = "platform"
        self.send("code")
        _server, mail = self.receive()
        self.assertEqual(mail.message["From"], RELAY)

    def test_rules_and_senders_do_not_count(self):
        """Not even that only colleagues receive it."""
        self.company.sender_system_id = self.make_address(
            self.company, "staff@acme.test"
        )
        self.send("account")
        _server, mail = self.receive()
        self.assertEqual(mail.message["From"], OWN)


@tagged("post_install", "-at_install")
class TestLists(PolicyCase):
    """Mailing lists have no company; receivers believe none of their authors."""

    def test_a_list_on_a_domain_of_several_companies(self):
        """The company of whoever made it has its members told."""
        neighbour = self.env["res.company"].create(
            {"name": "Neighbour", "alias_domain_id": self.company.alias_domain_id.id}
        )
        self.assertEqual(len(self.company.alias_domain_id.company_ids), 2)
        self.make_list(self.user)
        self.write_to_list("stranger@example.org")
        [received] = self.receiver.mails
        self.assertEqual(received.message["From"], OWN)
        self.assertTrue(self.verify(received).passes)
        log = self.env["mail.sender.log"].search([], limit=1, order="id desc")
        self.assertEqual(log.company_id, self.company)
        self.assertNotEqual(log.company_id, neighbour)
