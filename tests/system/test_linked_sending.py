# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail leaves from linked mailboxes, by the provider's mail server or its interface."""

import json
import re
from ast import literal_eval
from unittest.mock import patch

import jwt

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail_sender_oauth.providers.base import Purpose

from tests.peers.https_server import HttpsServer, Reply
from tests.peers.openid_provider import CLIENT_SECRET
from tests.peers.ports import free_port
from tests.peers.service_account import ISSUER, make_key_file, make_private_key

from .linked_case import ANN, LinkedCase, ScriptedServer

SMTP_OFF = (
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for "
    "the Tenant. Visit https://aka.ms/smtp_auth_disabled"
)

INFO = "info@acme.test"
MAIL_LOG = "odoo.addons.mail.models.mail_mail"

#: The personal link of a follower.
UNFOLLOW = r"/mail/unfollow\?[^\"]+"


@tagged("post_install", "-at_install")
class TestLinkedSending(LinkedCase):
    def test_each_provider_by_each_way(self):
        table = [
            ("google", "automatic", self.gmail),
            ("google", "smtp", self.mailboxes),
            ("microsoft", "automatic", self.mailboxes),
            ("microsoft", "api", self.graph),
        ]
        for provider, transport, server in table:
            with (
                self.subTest(provider, transport=transport),
                self.env.cr.savepoint() as savepoint,
            ):
                address = self.make_sender(provider, transport=transport)
                self.assertEqual(address.state, "ready")
                server.mails.clear()
                mails = self.queue_mails(3)
                mails.send()
                self.assertEqual(mails.mapped("state"), ["sent"] * 3)
                self.assertEqual(
                    [set(mail.recipients) for mail in server.mails],
                    [{f"customer-{index}@example.com"} for index in range(3)],
                )
                self.assertIn(f"<{ANN}>", server.mails[0].message["From"])
                self.assertFalse(self.receiver.mails + self.stray_receiver.mails)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_shared_mailbox_from_the_first_login_on(self):
        """Who logs in is not who the mail is from, whichever way it leaves."""
        self.graph.send_as[ANN] = {INFO}
        for transport, server in (("smtp", self.mailboxes), ("api", self.graph)):
            with self.subTest(transport), self.env.cr.savepoint() as savepoint:
                address = self.make_sender("microsoft", INFO, transport=transport)
                self.assertEqual(address.state, "ready")
                server.mails.clear()
                mail = self.queue_mails()
                mail.send()
                self.assertEqual(mail.state, "sent", mail.failure_reason)
                [left] = server.mails
                self.assertIn(f"<{INFO}>", left.message["From"])
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertEqual(self.mailboxes.mails[0].mail_from, INFO)
        self.assertEqual(self.graph.mails[0].mailbox, ANN)

    def test_a_shared_mailbox_moves_to_graph_as_well(self):
        self.graph.send_as[ANN] = {INFO}
        address = self.make_sender("microsoft", INFO)
        address.connection_id.mail_server_id.smtp_port = free_port()
        self.assert_moved(address)
        self.assertIn(f"<{INFO}>", self.graph.mails[0].message["From"])

    def test_a_shared_mailbox_that_comes_later(self):
        """Its permission was not asked for, and what needs none of it goes on."""
        self.graph.send_as[ANN] = {INFO}
        own = self.make_sender("microsoft")
        connection = own.connection_id
        shared = own.copy({"email": INFO, "connection_id": connection.id})
        shared.confirmed_email = INFO
        self.assertEqual((own.state, shared.state), ("ready", "ready"))
        connection.transport = "api"
        self.assertEqual(connection.status, "connected")
        self.assertEqual((own.state, shared.state), ("ready", "blocked"))
        self.assertIn("press Reconnect", shared.state_reason)
        connection.transport = "automatic"
        self.assertEqual(shared.state, "ready")
        # Where SMTP turns out to be closed, somebody is asked.
        shared.action_set_default()
        connection.mail_server_id.smtp_port = free_port()
        mail = self.queue_mails()
        mail.send()
        self.commit()
        self.assertEqual((mail.state, connection.status), ("held", "broken"))
        self.assertIn("Mail.Send.Shared", mail.failure_reason)
        self.link(connection)
        connection.mail_server_id.smtp_port = free_port()
        self.run_queue()
        self.assertEqual(mail.state, "sent")
        # The responsible is told as well that mail leaves again.
        senders = {
            left.message["From"]
            for left in self.graph.mails
            if "customer-0@example.com" in left.recipients
        }
        self.assertEqual(senders, {f"Acme <{INFO}>"})

    @mute_logger(MAIL_LOG)
    def test_graph_refuses_the_mailbox_of_somebody_else(self):
        self.make_sender("microsoft", "boss@acme.test", transport="api")
        mail = self.queue_mails()
        mail.send()
        self.assertEqual(mail.state, "exception")
        self.assertIn("Send as", mail.failure_reason)
        self.assertIn("administrator", mail.failure_reason)
        self.assertFalse(self.graph.mails)

    def test_an_alias_of_gmail_leaves_as_it_is(self):
        """Google puts the account in the place of what it does not list."""
        self.gmail.aliases.append(
            {"sendAsEmail": INFO, "verificationStatus": "accepted"}
        )
        address = self.make_sender("google", INFO)
        address.confirmed_email = False
        self.assertEqual(address.connection_id.send_as, [INFO])
        self.assertEqual(address.state, "ready")
        self.queue_mails().send()
        [mail] = self.gmail.mails
        self.assertEqual((mail.mailbox, mail.message["From"]), (ANN, f"Acme <{INFO}>"))

    def test_a_test_invoice_takes_the_same_road(self):
        for transport, server in (("api", self.gmail), ("smtp", self.mailboxes)):
            with (
                self.subTest(transport),
                self.env.cr.savepoint() as savepoint,
            ):
                address = self.make_sender(transport=transport)
                test = self.env["mail.sender.test"].create(
                    {"address_id": address.id, "email_to": "me@example.com"}
                )
                message = test._prepare_message()
                server.mails.clear()
                steps = test._send(message, test._prepare_step)
                outcomes = {step.outcome.value for step in steps}
                self.assertEqual(outcomes, {"ok"})
                [mail] = server.mails
                self.assertEqual(set(mail.recipients), {"me@example.com"})
                # What the provider says is told in words.
                server.mails.clear()
                self.gmail.faults.append(Reply(429))
                self.mailboxes.script["DATA"] = "454 4.7.0 Too many messages"
                [*_others, last] = test._send(message, lambda step: None)
                self.assertEqual(last.outcome.value, "failed")
                self.gmail.faults.clear()
                self.mailboxes.script.clear()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_server_of_a_mailbox_can_be_tested(self):
        for transport in ("api", "smtp"):
            with (
                self.subTest(transport),
                self.env.cr.savepoint() as savepoint,
            ):
                connection = self.make_sender(transport=transport).connection_id
                action = connection.mail_server_id.test_smtp_connection()
                self.assertEqual(action["params"]["type"], "success")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_without_anybody_s_login(self):
        """An administrator opened the mailbox to the application."""
        address = self.make_sender("microsoft", transport="api", kind="organization")
        address.connection_id.action_connect()
        self.queue_mails().send()
        [mail] = self.graph.mails
        self.assertEqual(mail.mailbox, ANN)
        self.assertEqual(mail.recipients, {"customer-0@example.com"})

    def test_without_anybody_s_login_by_smtp(self):
        """The access is to the mail server of organisations, for the mailbox named."""
        address = self.make_sender("microsoft", transport="smtp", kind="organization")
        connection = address.connection_id
        connection.action_connect()
        with ScriptedServer() as server, self.trusting(server.authority):
            connection.mail_server_id.smtp_port = server.port
            mails = self.queue_mails(2)
            mails.send()
        self.assertEqual(mails.mapped("state"), ["sent", "sent"])
        self.assertEqual([mail.mail_from for mail in server.mails], [ANN, ANN])
        for mailbox, token in server.logins:
            told = self.idp.introspect(token)
            self.assertTrue(told["active"])
            self.assertEqual(
                (mailbox, told["scope"]),
                (ANN, "https://outlook.office365.com/.default"),
            )
            self.assertNotIn("username", told)

    def test_by_a_service_account(self):
        """Likewise at Google; the administrator keeps the key of the account."""
        address = self.make_sender("google", kind="organization")
        connection = address.connection_id
        # What Gmail takes is a token of the real provider.
        access, _grant = connection._get_provider().refresh(
            connection._read_grant__(), Purpose.API
        )
        reply = Reply(200, {"access_token": access.token, "expires_in": 3599})
        key = make_private_key()
        administrator = self.make_user("administrator", self.company)
        administrator.group_ids += self.env.ref("base.group_system")
        with HttpsServer(lambda _request: reply, self.authority) as server:
            self.applications.filtered(
                lambda application: application.provider == "google"
            ).service_account_key = json.dumps(
                make_key_file(key, f"{server.url}/token")
            )
            connection.with_user(administrator).action_connect()
            self.assertFalse(connection._read_grant__())
            self.expire_access(connection)
            mails = self.queue_mails(2)
            mails.send()
            asked = [request.form["assertion"] for request in server.requests]
        self.assertEqual(mails.mapped("state"), ["sent", "sent"])
        self.assertEqual(
            [mail.recipients for mail in self.gmail.mails],
            [{"customer-0@example.com"}, {"customer-1@example.com"}],
        )
        # Once to connect, and once because that one had ended.
        self.assertEqual(len(asked), 2)
        for assertion in asked:
            claims = jwt.decode(
                assertion,
                key.public_key(),
                algorithms=["RS256"],
                options={"verify_aud": False},
            )
            self.assertEqual((claims["iss"], claims["sub"]), (ISSUER, ANN))

    # ------------------------------------------------ an interface has no envelope

    @mute_logger(MAIL_LOG)
    def test_nobody_receives_the_link_of_another(self):
        """Three followers outside, and all headers and ways that Odoo has for others.

        One header names a channel, another one, which Odoo adds, all followers; one
        follower is passed over, who had the mail in another way.
        """
        channel = "Channel <channel@acme.test>"
        for provider, server in (("google", self.gmail), ("microsoft", self.graph)):
            with self.subTest(provider), self.env.cr.savepoint() as savepoint:
                self.make_sender(provider, transport="api")
                server.mails.clear()
                followers = self.env["res.partner"].create(
                    [
                        {"name": name, "email": f"{name.lower()}@example.com"}
                        for name in ("Bob", "Eve", "Kim", "Lea")
                    ]
                )
                *expected, passed_over = followers.mapped("email")
                document = self.env["res.partner"].create(
                    {"name": "Document", "company_id": self.company.id}
                )
                document.message_subscribe(followers.ids)
                with self.personal_links():
                    message = document.with_context(
                        mail_notify_force_send=False
                    ).message_post(
                        body="Hello",
                        mail_headers={"X-Forge-To": channel},
                        message_type="comment",
                        subtype_xmlid="mail.mt_comment",
                        # The other layout has the link for colleagues only.
                        email_layout_xmlid="mail.mail_notification_light",
                    )
                    mails = self.env["mail.mail"].search(
                        [("mail_message_id", "=", message.id)]
                    )
                    for mail in mails:
                        headers = literal_eval(mail.headers)
                        self.assertEqual(headers["X-Forge-To"], channel)
                        self.assertIn(expected[0], headers["X-Msg-To-Add"])
                    mails.with_context(
                        send_smtp_skip_to=["channel@acme.test", passed_over]
                    ).send()
                received = {}
                for mail in server.mails:
                    [recipient] = mail.recipients
                    self.assertNotIn(recipient, received)
                    self.assertNotIn(b"channel@acme.test", mail.content)
                    body = mail.message.get_body(("html",)).get_content()
                    received[recipient] = set(re.findall(UNFOLLOW, body))
                self.assertEqual(set(received), set(expected))
                links = [link for found in received.values() for link in found]
                self.assertEqual(len(set(links)), 3)
                self.assertEqual(len(links), 3)
                savepoint.rollback()
                self.env.invalidate_all()

    def personal_links(self):
        """Let mail to followers have a link with which that follower unfollows."""
        return patch.object(
            self.env.registry["res.partner"],
            "_partner_unfollow_enabled",
            True,
            create=True,
        )

    def test_headers_for_people_reach_nobody_else(self):
        staff = "Channel <channel@acme.test>"
        table = [
            ({"headers": repr({"X-Forge-To": staff})}, {}, {"customer-0@example.com"}),
            (
                {"headers": repr({"X-Msg-To-Add": staff})},
                {},
                {"customer-0@example.com"},
            ),
            (
                {"email_cc": "copy@example.com"},
                {"send_smtp_skip_to": ["copy@example.com"]},
                {"customer-0@example.com"},
            ),
        ]
        for provider, server in (("google", self.gmail), ("microsoft", self.graph)):
            with self.env.cr.savepoint() as savepoint:
                self.make_sender(provider, transport="api")
                for values, context, expected in table:
                    with self.subTest(values, provider=provider):
                        server.mails.clear()
                        self.queue_mails(**values).with_context(**context).send()
                        [mail] = server.mails
                        self.assertEqual(mail.recipients, expected)
                        self.assertNotIn(b"channel@acme.test", mail.content)
                savepoint.rollback()
                self.env.invalidate_all()

    # -------------------------------------------------------------------- secrets

    def test_no_token_is_in_an_address_or_in_the_log(self):
        table = [("google", "api"), ("google", "smtp"), ("microsoft", "api")]
        for provider, transport in table:
            with (
                self.subTest(provider, transport=transport),
                self.env.cr.savepoint() as savepoint,
                # Who has SQL logged sees what is stored, encrypted if there is a key.
                mute_logger("odoo.sql_db"),
                self.assertLogs(level="DEBUG") as log,
            ):
                address = self.make_sender(provider, transport=transport)
                self.expire_access(address.connection_id)
                self.queue_mails().send()
                kept = address.connection_id._read_secrets__()
                secrets = {kept["grant"], kept[f"access.{transport}"]["token"]}
                secrets |= set(re.findall(r'"secret": "([^"]+)"', kept["grant"]))
                said = "\n".join(log.output)
                urls = [
                    f"{request.path}?{request.parameters}"
                    for server in (self.gmail, self.graph)
                    for request in server.requests
                ]
                for secret in (*secrets, CLIENT_SECRET):
                    self.assertNotIn(secret, said)
                    self.assertNotIn(secret, str(urls))
                savepoint.rollback()
                self.env.invalidate_all()

    # ------------------------------------------------------- SMTP that is closed

    def test_microsoft_moves_to_graph_where_smtp_is_off(self):
        with ScriptedServer() as server, self.trusting(server.authority):
            server.script["AUTH"] = SMTP_OFF
            address = self.make_sender("microsoft")
            address.connection_id.mail_server_id.smtp_port = server.port
            self.assert_moved(address)

    def test_microsoft_moves_to_graph_where_the_port_is_closed(self):
        address = self.make_sender("microsoft")
        address.connection_id.mail_server_id.smtp_port = free_port()
        self.assert_moved(address)

    def assert_moved(self, address):
        self.assertEqual(address.connection_id._get_transport(), "smtp")
        mails = self.queue_mails(2)
        mails.send()
        self.commit()
        self.assertEqual(mails.mapped("state"), ["sent"] * 2)
        self.assertEqual(len(self.graph.mails), 2)
        self.assertEqual(address.connection_id.actual_transport, "api")
        self.assertIn("Microsoft Graph", address.message_ids[0].preview)
        self.queue_mails().send()
        self.assertEqual(len(self.graph.mails), 3)

    def test_back_to_smtp_where_it_was_opened(self):
        address = self.make_sender("microsoft")
        connection = address.connection_id
        port = connection.mail_server_id.smtp_port
        connection.mail_server_id.smtp_port = free_port()
        self.assert_moved(address)
        connection.mail_server_id.smtp_port = port
        self.mailboxes.mails.clear()
        connection.action_try_smtp()
        mail = self.queue_mails()
        mail.send()
        self.assertEqual((mail.state, len(self.mailboxes.mails)), ("sent", 1))
        self.assertEqual(connection._get_transport(), "smtp")

    def test_a_test_invoice_moves_as_well(self):
        """It tells the steps of the interface, and moves the mailbox."""
        address = self.make_sender("microsoft")
        with ScriptedServer() as server, self.trusting(server.authority):
            server.script["AUTH"] = SMTP_OFF
            for port in (server.port, free_port()):
                address.connection_id.actual_transport = False
                address.connection_id.mail_server_id.smtp_port = port
                self.graph.mails.clear()
                test = self.env["mail.sender.test"].create(
                    {"address_id": address.id, "email_to": "me@example.com"}
                )
                steps = test._send(test._prepare_message(), test._prepare_step)
                self.commit()
                self.assertEqual(
                    [(step.stage.value, step.outcome.value) for step in steps],
                    [
                        ("look_up", "ok"),
                        ("connect", "ok"),
                        ("login", "ok"),
                        ("message", "ok"),
                    ],
                )
                [mail] = self.graph.mails
                self.assertEqual(mail.recipients, {"me@example.com"})
                self.assertEqual(address.connection_id.actual_transport, "api")

    def test_a_missing_consent_is_asked_for(self):
        address = self.make_sender("microsoft")
        connection = address.connection_id
        connection.scopes = [scope for scope in connection.scopes if "SMTP" in scope]
        connection.mail_server_id.smtp_port = free_port()
        mail = self.queue_mails()
        mail.send()
        self.commit()
        self.assertEqual((mail.state, connection.status), ("held", "broken"))
        self.assertIn("Reconnect", mail.failure_reason)
        self.assertFalse(self.graph.mails)

    def test_what_was_chosen_is_never_changed(self):
        address = self.make_sender("microsoft", transport="smtp")
        address.connection_id.mail_server_id.smtp_port = free_port()
        mail = self.queue_mails()
        mail.send()
        self.commit()
        self.assertEqual(mail.state, "held")
        self.assertFalse(self.graph.mails)

    # ------------------------------------------------------------------ send as

    @mute_logger(MAIL_LOG)
    def test_who_may_not_send_as_learns_what_to_do(self):
        for reply in (
            "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
            "554 5.2.252 SendAsDenied; ann@acme.test not allowed to send as info@acme",
        ):
            with (
                self.subTest(reply),
                self.env.cr.savepoint() as savepoint,
                ScriptedServer() as server,
                self.trusting(server.authority),
            ):
                address = self.make_sender("microsoft", "info@acme.test")
                address.connection_id.mail_server_id.smtp_port = server.port
                server.script["DATA"] = reply
                mail = self.queue_mails()
                mail.send()
                self.assertEqual(mail.state, "exception")
                self.assertIn("Send as", mail.failure_reason)
                self.assertIn("administrator", mail.failure_reason)
                savepoint.rollback()
                self.env.invalidate_all()
