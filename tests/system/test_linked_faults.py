# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever goes wrong with a linked mailbox, no mail is lost and none leaves twice."""

import json
import os
from contextlib import ExitStack, suppress
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail_sender_oauth.providers.base import Purpose
from odoo.addons.mail_sender_oauth.providers.errors import GrantError

from tests.peers.https_server import HttpsServer, Reply, Silence
from tests.peers.mail_apis import gmail_error, graph_error
from tests.peers.smtp_receiver import Fault

from .linked_case import ANN, LinkedCase, ScriptedServer

MAIL_LOG = "odoo.addons.mail.models.mail_mail"


@tagged("post_install", "-at_install")
class TestLinkedFaults(LinkedCase):
    def broken(self, code: str, **values):
        """The connection after a fault that somebody has to mend."""
        return {"status": "broken", "error_code": code, **values}

    def refusing(self, status: int, word: str, description: str = "", **more):
        """What a provider answers to who wants a token."""
        content = {"error": word, "error_description": description, **more}
        return Reply(status, content)

    # --------------------------------------------------- no token, or another one

    def test_faults_of_the_token(self):
        """Each row: provider, what is answered, and what becomes of the mailbox."""
        table = [
            ("google", self.refusing(401, "invalid_client"), "wrong_client"),
            ("google", self.refusing(400, "invalid_grant"), "invalid_grant"),
            (
                "google",
                self.refusing(400, "invalid_grant", "Account has been deleted"),
                "account_disabled",
            ),
            (
                "google",
                self.refusing(
                    400,
                    "invalid_grant",
                    "Invalid JWT: Token must be a "
                    "short-lived token and in a reasonable timeframe",
                ),
                "clock_skew",
            ),
            (
                "microsoft",
                self.refusing(400, "invalid_grant", "AADSTS50173: revoked"),
                "password_changed",
            ),
            (
                "microsoft",
                self.refusing(400, "invalid_grant", "AADSTS700082: inactive"),
                "grant_expired",
            ),
            (
                "microsoft",
                self.refusing(400, "interaction_required", "AADSTS53003: blocked"),
                "conditional_access",
            ),
            (
                "microsoft",
                self.refusing(401, "invalid_client", "AADSTS7000222: expired"),
                "secret_expired",
            ),
        ]
        for provider, reply, code in table:
            with self.subTest(provider, code=code):
                self.assert_token_fault(provider, reply, "broken", code)

    def test_a_withdrawn_consent_is_told_apart(self):
        reply = self.refusing(400, "invalid_grant", "AADSTS65001: no consent")
        self.assert_token_fault("microsoft", reply, "revoked", "consent_revoked")

    def test_a_provider_that_cannot_tell_now_closes_nothing(self):
        table = [
            (Reply(500), "server_error"),
            (Reply(429, {}, {"Retry-After": "30"}), "rate_limited"),
            (Silence.DROP, "no_answer"),
            # Longer than anybody waits.
            (Silence.STALL, "no_answer"),
            (
                Reply(200, b"<html>Please log in to the hotel</html>"),
                "unexpected_answer",
            ),
        ]
        for reply, code in table:
            with self.subTest(code):
                self.assert_token_fault("google", reply, "connected", code)

    def assert_token_fault(self, provider, reply, status, code):
        """The mail waits, and leaves when the provider is well again."""
        with self.env.cr.savepoint() as savepoint, ExitStack() as stack:
            address = self.make_sender(provider, transport="api")
            connection = address.connection_id
            self.expire_access(connection)
            real = self.token_url
            faulty = stack.enter_context(
                HttpsServer(lambda request: self.answer(request, reply), self.authority)
            )
            type(self).token_url = faulty.url
            stack.callback(setattr, type(self), "token_url", real)
            mails = self.queue_mails(2)
            mails.send()
            self.commit()
            self.assertEqual(mails.mapped("state"), ["held", "held"])
            self.assertTrue(mails[0].failure_reason)
            self.assertEqual((connection.status, connection.error_code), (status, code))
            self.assertEqual(bool(address.activity_ids), status != "connected")
            self.assertFalse(self.gmail.mails + self.graph.mails)

            type(self).token_url = real
            if status == "connected":
                self.run_queue()
            else:
                self.link(connection)
                self.assertFalse(address.activity_ids)
                self.run_queue()
            self.assertEqual(mails.mapped("state"), ["sent", "sent"])
            self.assertFalse(connection.error_code)
            self.assertEqual(len(self.gmail.mails + self.graph.mails), 2)
            self.gmail.mails.clear()
            self.graph.mails.clear()
            savepoint.rollback()
            self.env.invalidate_all()

    def answer(self, request, reply):
        """Answer everything but the question for a token as the real one does."""
        if not request.path.endswith("/openid-configuration"):
            return reply
        answer = self.session.get(f"{self.idp.url}{request.path}")
        text = answer.text.replace(self.idp.url, self.token_url)
        return Reply(answer.status_code, text.encode())

    def test_a_permission_that_the_real_provider_does_not_take(self):
        for name in ("revoked", "replaced"):
            with (
                self.subTest(name),
                self.env.cr.savepoint() as savepoint,
            ):
                address = self.make_sender(transport="api")
                connection = address.connection_id
                grant = connection._read_grant__()
                provider = connection._get_provider()
                if name == "revoked":
                    provider.revoke(grant)
                else:
                    for _time in range(2):
                        # A second use is taken for theft, and ends all of them.
                        self.steal(provider, grant)
                self.expire_access(connection)
                mail = self.queue_mails()
                mail.send()
                self.commit()
                self.assertRecordValues(
                    connection, [self.broken("invalid_grant", account_email=ANN)]
                )
                self.assertEqual(mail.state, "held")
                savepoint.rollback()
                self.env.invalidate_all()

    def steal(self, provider, grant):
        with suppress(GrantError):
            provider.refresh(grant, Purpose.API)

    def test_a_broken_mailbox_may_use_the_relay_address(self):
        self.make_relay_domain("relay.test")
        self.company.sender_blocked_policy = "relay"
        connection = self.make_sender(transport="api").connection_id
        connection._get_provider().revoke(connection._read_grant__())
        self.expire_access(connection)
        mails = self.queue_mails(2)
        mails.send()
        self.commit()
        self.assertEqual(mails.mapped("state"), ["sent", "sent"])
        senders = [mail.message["From"] for mail in self.receiver.mails]
        self.assertEqual(sum("@relay.test" in sender for sender in senders[:2]), 2)

    def test_an_access_that_ends_too_early_is_replaced(self):
        """Tokens are withdrawn, and clocks differ."""
        for transport in ("api", "smtp"):
            with self.subTest(transport), self.env.cr.savepoint() as savepoint:
                self.make_sender(transport=transport)
                first = self.queue_mails()
                first.send()
                self.idp.advance(2 * 3600)
                second = self.queue_mails()
                second.send()
                self.assertEqual((first.state, second.state), ("sent", "sent"))
                self.idp.advance(0)
                savepoint.rollback()
                self.env.invalidate_all()

    # -------------------------------------------------------------- the interface

    @mute_logger(MAIL_LOG)
    def test_faults_of_the_interface(self):
        """Each row: the answer to the second of three mails, states, seconds."""
        held = ["sent", "held", "held"]
        too_large = graph_error(413, "RequestBodyTooLarge")
        limit = gmail_error(403, "Quota exceeded", "quotaExceeded")
        table = [
            ("google", Reply(429, {}, {"Retry-After": "90"}), held, 90),
            ("google", Reply(503, {}, {"Retry-After": "120"}), held, 240),
            ("google", Reply(500), held, 600),
            ("google", limit, held, 3600),
            ("microsoft", Reply(429, {}, {"Retry-After": "45"}), held, 45),
            ("microsoft", graph_error(503, "ErrorServerBusy"), held, 600),
            ("microsoft", too_large, ["sent", "exception", "sent"], 0),
            ("google", Reply(413, b"<html>"), ["sent", "exception", "sent"], 0),
            ("google", Silence.DROP, ["sent", "exception", "held"], 0),
        ]
        for provider, fault, states, seconds in table:
            with (
                self.subTest(provider, fault=fault),
                self.env.cr.savepoint() as savepoint,
            ):
                self.make_sender(provider, transport="api")
                server = self.gmail if provider == "google" else self.graph
                mails = self.queue_mails(3)
                server.mails.clear()
                self.fail_at(server, 2, fault)
                mails.send()
                self.assertEqual(mails.mapped("state"), states)
                if seconds:
                    self.assertAlmostEqual(self.get_wait(mails[1]), seconds, delta=5)
                if states[1] == "exception":
                    self.assertRegex(mails[1].failure_reason, "too large|may have left")
                mails.filtered(lambda mail: mail.state == "held").write(
                    {"sender_waits_until": fields.Datetime.now()}
                )
                self.run_queue()
                left = [mail for mail in mails if mail.state == "sent"]
                self.assertEqual(len(left), 3 - states.count("exception"))
                self.assertEqual(len(server.mails), len(left))
                savepoint.rollback()
                self.env.invalidate_all()

    def fail_at(self, server, number, fault):
        """Let one of the next requests fail, and the others not."""
        count = 0
        answer = server.answer

        def fail(request):
            nonlocal count
            count += 1
            return fault if count == number else answer(request)

        server.answer = fail
        self.addCleanup(setattr, server, "answer", answer)

    @mute_logger(MAIL_LOG)
    def test_who_has_a_mail_already_gets_no_second_one(self):
        self.make_sender("google")
        partners = self.env["res.partner"].create(
            [{"name": name, "email": f"{name}@example.com"} for name in "abc"]
        )
        mail = self.queue_mails(
            email_to="first@example.com",
            recipient_ids=[Command.set(partners.ids)],
        )
        self.fail_at(self.gmail, 3, Reply(429, {}, {"Retry-After": "1"}))
        mail.send()
        self.assertEqual(mail.state, "held")
        mail.sender_waits_until -= timedelta(minutes=1)
        self.run_queue()
        self.assertEqual(mail.state, "sent")
        self.assertEqual(
            self.get_received(),
            ["a@example.com", "b@example.com", "c@example.com", "first@example.com"],
        )

    @mute_logger(MAIL_LOG)
    def test_another_mail_of_the_same_message_keeps_its_recipients(self):
        """Odoo makes one for partners and another for addresses without a partner."""
        self.make_sender("google")
        partner = self.env["res.partner"].create(
            {"name": "a", "email": "a@example.com"}
        )
        first = self.queue_mails(
            email_to=False, recipient_ids=[Command.set(partner.ids)]
        )
        second = self.queue_mails(
            email_to="first@example.com", message_id=first.message_id
        )
        self.fail_at(self.gmail, 2, Reply(429, {}, {"Retry-After": "1"}))
        (first + second).send()
        self.assertEqual((first.state, second.state), ("sent", "held"))
        second.sender_waits_until -= timedelta(minutes=1)
        self.run_queue()
        self.assertEqual(second.state, "sent")
        self.assertEqual(self.get_received(), ["a@example.com", "first@example.com"])

    def get_received(self):
        """Who received anything, once for each time."""
        return sorted(
            recipient for mail in self.gmail.mails for recipient in mail.recipients
        )

    @mute_logger(MAIL_LOG)
    def test_nothing_is_put_off_for_ever(self):
        """Each row: what the provider always says, what has left, and the states."""
        limit, failure = Reply(429), Reply(500)
        table = [
            (limit, False, ["exception", "exception"]),
            (failure, False, ["exception", "exception"]),
            # Others leave, so that these have their turn some day.
            (limit, True, ["held", "held"]),
            (failure, True, ["exception", "held"]),
        ]
        for reply, is_sending, states in table:
            with (
                self.subTest(reply.status, is_sending=is_sending),
                self.env.cr.savepoint() as savepoint,
            ):
                self.make_sender("google")
                if is_sending:
                    self.queue_mails().send()
                mails = self.queue_mails(2)
                self.gmail.faults.append(reply)
                mails.send()
                self.assertEqual(mails.mapped("state"), ["held", "held"])
                self.assertTrue(all(mails.mapped("sender_unreached_since")))
                early = fields.Datetime.now() - timedelta(days=6)
                mails.write({"sender_unreached_since": early})
                mails.write({"sender_waits_until": early})
                self.gmail.faults.append(reply)
                self.run_queue()
                self.assertEqual(mails.mapped("state"), states)
                failed = mails.filtered(lambda mail: mail.state == "exception")
                for mail in failed:
                    self.assertIn("not tried any more", mail.failure_reason)
                # Who wants it tries it again, for as long.
                failed.mark_outgoing()
                self.gmail.faults.extend([reply] * bool(failed))
                failed.send()
                self.assertEqual(failed.mapped("state"), ["held"] * len(failed))
                savepoint.rollback()
                self.env.invalidate_all()

    @mute_logger(MAIL_LOG)
    def test_a_login_code_takes_another_road(self):
        self.make_sender("google")
        user = self.make_user("kim", self.company)
        code = self.queue_mails(model="res.users", res_id=user.id)
        self.assertTrue(code.sender_system_kind)
        others = self.queue_mails(2)
        self.gmail.faults.append(Reply(429, {}, {"Retry-After": "60"}))
        (code + others).send()
        self.assertEqual(code.state, "sent")
        self.assertEqual(len(self.receiver.mails + self.stray_receiver.mails), 1)
        self.assertEqual(others.mapped("state"), ["held", "held"])

    def test_a_permission_that_is_not_wide_enough(self):
        address = self.make_sender("google")
        self.gmail.faults.append(
            gmail_error(403, "Insufficient", "insufficientPermissions")
        )
        mails = self.queue_mails(2)
        with mute_logger(MAIL_LOG):
            mails.send()
        self.commit()
        self.assertRecordValues(address.connection_id, [self.broken("scope_missing")])
        self.assertEqual(mails.mapped("state"), ["held", "held"])
        self.assertIn("Reconnect", mails[1].failure_reason)

    # -------------------------------------------------------------- the mail server

    @mute_logger(MAIL_LOG)
    def test_faults_of_the_mail_server(self):
        """Each row: command, reply, states, status."""
        held, connected = ["held", "held"], "connected"
        table = [
            ("AUTH", "535 5.7.8 Username and Password not accepted", held, "broken"),
            ("AUTH", "535 5.7.139 did not meet the criteria", held, "broken"),
            ("AUTH", "534 5.7.14 Please log in by web browser", held, "broken"),
            ("AUTH", "454 4.7.0 Temporary authentication failure", held, connected),
            ("AUTH", "421 4.7.0 Try again later, closing connection.", held, connected),
            ("MAIL", "421 4.7.0 Try again later, closing connection.", held, connected),
            ("RCPT", "451 4.3.0 Try later", held, connected),
            ("DATA", "454 4.7.0 Too many messages", held, connected),
            ("DATA", "554 5.7.1 Spam", ["exception"] * 2, connected),
            ("MAIL", Fault.HANG_UP, held, connected),
            ("DATA", Fault.HANG_UP, ["exception", "held"], connected),
        ]
        for command, reply, states, status in table:
            with (
                self.subTest(command, reply=reply),
                self.env.cr.savepoint() as savepoint,
                ScriptedServer() as server,
                self.trusting(server.authority),
            ):
                connection = self.make_sender(transport="smtp").connection_id
                connection.mail_server_id.smtp_port = server.port
                server.script[command] = reply
                mails = self.queue_mails(2)
                mails.send()
                self.commit()
                self.assertEqual(mails.mapped("state"), states)
                self.assertEqual(connection.status, status)
                server.script.clear()
                mails.filtered("sender_waits_until").sender_waits_until = False
                if status == "broken":
                    self.link(connection)
                    connection.mail_server_id.smtp_port = server.port
                self.run_queue()
                sent = mails.filtered(lambda mail: mail.state == "sent")
                self.assertEqual(len(sent), states.count("held"))
                self.assertEqual(len(server.mails), len(sent))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_the_mail_server_says_of_the_token_is_told(self):
        """The JSON of its 334: what is wrong with a login, and what to do."""
        scope = "https://mail.google.com/"
        table = [
            ("400", "smtp_scope_missing", f"asks for the permission {scope}"),
            ("401", "smtp_login_rejected", "as ended or withdrawn"),
        ]
        with ScriptedServer() as server, self.trusting(server.authority):
            for status, code, text in table:
                with self.subTest(status), self.env.cr.savepoint() as savepoint:
                    address = self.make_sender(transport="smtp")
                    connection = address.connection_id
                    connection.mail_server_id.smtp_port = server.port
                    server.challenge = json.dumps(
                        {"status": status, "schemes": "Bearer", "scope": scope}
                    )
                    mail = self.queue_mails()
                    mail.send()
                    self.commit()
                    self.assertRecordValues(connection, [self.broken(code)])
                    self.assertEqual(mail.state, "held")
                    for told in (mail.failure_reason, address.state_reason):
                        self.assertIn(text, told)
                        self.assertIn(f"status {status}", told)
                        self.assertIn("Press Reconnect", told)
                    savepoint.rollback()
                    self.env.invalidate_all()

    @mute_logger(MAIL_LOG)
    def test_a_message_that_graph_cannot_take(self):
        self.make_sender("microsoft", transport="api")
        mails = self.queue_mails(2)
        mails[0].attachment_ids = self.env["ir.attachment"].create(
            {"name": "drawing.bin", "raw": os.urandom(3 * 1024 * 1024)}
        )
        mails.send()
        self.assertEqual(mails.mapped("state"), ["exception", "sent"])
        self.assertIn("at most 3 MB", mails[0].failure_reason)
        self.assertIn("choose SMTP", mails[0].failure_reason)
        self.assertEqual(len(self.graph.mails), 1)

    def test_a_server_that_proves_nothing_sees_no_token(self):
        with ScriptedServer() as server:
            address = self.make_sender(transport="smtp")
            address.connection_id.mail_server_id.smtp_port = server.port
            mail = self.queue_mails()
            mail.send()
            self.commit()
        self.assertEqual(mail.state, "held")
        self.assertIn("certificate", mail.failure_reason)
        self.assertFalse(server.mails)
