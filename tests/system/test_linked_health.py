# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is wrong with a linked mailbox is known before mail meets it."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail_sender_oauth.hooks import uninstall_hook

from tests.peers.https_server import HttpsServer, Reply

from .linked_case import ANN, LinkedCase

BOB = "bob@acme.test"

LINK_LOG = "odoo.addons.mail_sender_oauth.models.mail_sender_connection_link"

CHECK = "mail_sender_oauth.ir_cron_check_connections"


@tagged("post_install", "-at_install")
class TestLinkedHealth(LinkedCase):
    def run_check(self):
        """Let a day pass, and the scheduler check."""
        self.env["mail.sender.connection"].search([]).checked_date = False
        self.env.flush_all()
        self.run_cron(CHECK)

    def test_every_day_the_permission_is_used(self):
        connection = self.make_sender().connection_id
        before = self.idp.issued("refresh_token")
        connection.refreshed_date = fields.Datetime.now() - timedelta(days=2)
        grant = connection._read_grant__()
        self.run_check()
        self.assertEqual(self.idp.issued("refresh_token"), before + 1)
        age = fields.Datetime.now() - connection.refreshed_date
        self.assertLess(age, timedelta(minutes=1))
        self.assertNotEqual(connection._read_grant__(), grant)

    def test_what_was_withdrawn_is_known_before_mail_meets_it(self):
        address = self.make_sender()
        connection = address.connection_id
        connection._get_provider().revoke(connection._read_grant__())
        self.run_check()
        self.assertEqual((connection.status, address.state), ("broken", "blocked"))
        [activity] = address.activity_ids
        self.assertEqual(activity.user_id, address._get_responsible())
        self.assertIn("Reconnect", activity.note)
        mail = self.queue_mails()
        self.assertEqual(mail.state, "held")
        self.link(connection)
        self.assertFalse(address.activity_ids)
        self.run_queue()
        self.assertEqual(mail.state, "sent")
        self.assertEqual(len(self.gmail.mails), 1)

    def test_what_works_again_needs_nobody(self):
        connection = self.make_sender().connection_id
        self.applications.client_secret = "another one"
        self.run_check()
        self.assertEqual(connection.error_code, "wrong_client")
        mail = self.queue_mails()
        self.applications.client_secret = "secret-of-odoo"
        self.run_check()
        self.assertEqual((connection.status, mail.state), ("connected", "outgoing"))

    def test_what_was_checked_longest_ago_comes_first(self):
        """Where the time of the scheduler ends, the next run goes on."""
        first, second = (
            self.make_sender(provider, email).connection_id
            for provider, email in (("google", ANN), ("microsoft", BOB))
        )
        now = fields.Datetime.now()
        first.checked_date = now - timedelta(days=1)
        second.checked_date = now - timedelta(days=2)
        checked = []
        with (
            patch.object(
                type(first), "_check_now", lambda self: checked.append(self.id)
            ),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", return_value=0
            ) as commit,
        ):
            for expected in ([second], [second, first], [second, first]):
                self.env["mail.sender.connection"]._cron_check()
                self.assertEqual(checked, [each.id for each in expected])
        remaining = [call.kwargs.get("remaining") for call in commit.mock_calls]
        self.assertEqual(remaining, [None, 1, None, 0])

    # ---------------------------------------------------------------- ageing

    def test_the_end_is_announced(self):
        """Applications that Google has not verified: seven days."""
        address = self.make_sender()
        connection = address.connection_id
        now = fields.Datetime.now()
        for days, status in ((6, "connected"), (2, "expiring")):
            with self.subTest(days):
                connection.expiry_date = now + timedelta(days=days)
                self.run_check()
                self.assertEqual(connection.status, status)
                self.assertEqual(bool(address.activity_ids), status == "expiring")
                self.assertEqual(address.state, "ready")
        self.link(connection)
        self.assertEqual(connection.status, "connected")
        self.assertFalse(address.activity_ids)

    def test_a_permission_that_was_not_used_for_long_is_announced(self):
        """Microsoft: ninety days."""
        address = self.make_sender("microsoft")
        connection = address.connection_id
        connection.connected_date -= timedelta(days=300)
        connection.refreshed_date = fields.Datetime.now() - timedelta(days=70)
        with HttpsServer(lambda _request: Reply(500), self.authority) as faulty:
            self.addCleanup(setattr, type(self), "token_url", self.token_url)
            type(self).token_url = faulty.url
            self.run_check()
        self.assertEqual(connection.status, "expiring")
        self.assertTrue(address.activity_ids)

    # ---------------------------------------------------------- giving back

    def get_grants(self, number):
        """Permissions of as many accounts, and the mailboxes that have them."""
        connections = self.env["mail.sender.connection"].create(
            [
                {
                    "provider": "google",
                    "login_email": f"person-{index}@acme.test",
                    "company_id": self.company.id,
                }
                for index in range(number)
            ]
        )
        for connection in connections:
            self.link(connection, connection.login_email)
        self.commit()
        return connections, [each._read_grant__().secret for each in connections]

    def is_valid(self, secret):
        return self.idp.introspect(secret)["active"]

    def test_what_is_not_needed_any_more_is_given_back(self):
        """But not before that is sure, and not what something else lives from."""
        connections, secrets = self.get_grants(3)
        kept, other, deleted = connections
        twin = kept.copy()
        self.link(twin, kept.login_email)
        self.commit()
        with self.env.cr.savepoint() as savepoint:
            deleted.unlink()
            savepoint.rollback()
        self.env.cr.postcommit.clear()
        self.assertTrue(self.is_valid(secrets[2]))
        deleted.unlink()
        self.assertTrue(self.is_valid(secrets[2]))
        self.link(other, BOB)
        twin.unlink()
        self.commit()
        self.assertEqual(
            [self.is_valid(secret) for secret in secrets], [True, False, False]
        )
        self.assertTrue(self.is_valid(other._read_grant__().secret))

    def test_the_own_mailbox_of_a_user_who_goes_is_given_back(self):
        self.company.sender_own_addresses = "yes"
        user = self.make_user("bob", self.company)
        connection = self.env["mail.sender.connection"].create(
            {
                "provider": "google",
                "login_email": BOB,
                "company_id": self.company.id,
                "user_id": user.id,
            }
        )
        self.link(connection, BOB)
        self.commit()
        secret = connection._read_grant__().secret
        user.unlink()
        self.commit()
        self.assertFalse(self.is_valid(secret))

    def test_all_is_given_back_when_the_addon_goes(self):
        connections, secrets = self.get_grants(2)
        uninstall_hook(self.env)
        self.assertTrue(all(map(self.is_valid, secrets)))
        self.commit()
        self.assertFalse(any(map(self.is_valid, secrets)))
        self.assertFalse(connections.mail_server_id)

    def test_what_cannot_be_given_back_is_logged_and_told(self):
        """And whoever does not answer is asked once, however many mailboxes go."""
        connections, _secrets = self.get_grants(3)
        google = self.google_endpoints()
        asked, told = [], []

        def fail(request):
            asked.append(request.path)
            return Reply(500)

        with (
            HttpsServer(fail, self.authority) as faulty,
            patch.object(
                type(self),
                "google_endpoints",
                lambda: replace(google, revocation=f"{faulty.url}/revoke"),
            ),
            patch.object(
                type(self.env["res.users"]),
                "_bus_send",
                lambda user, kind, message: told.append((user, kind, message)),
            ),
            self.assertLogs(LINK_LOG, "WARNING") as log,
        ):
            connections.unlink()
            self.commit()
        self.assertEqual(asked, ["/revoke"])
        self.assertEqual(len(log.output), 3)
        [(user, kind, message)] = told
        self.assertEqual((user.id, kind), (self.env.uid, "simple_notification"))
        self.assertIn("myaccount.google.com", message["message"])
        for number, line in enumerate(log.output):
            mailbox = f"person-{number}@acme.test (Google)"
            self.assertIn(f"{mailbox} has to be withdrawn by hand", line)
            self.assertIn(mailbox, message["message"])

    # ------------------------------------------------------------- addresses

    def test_addresses_that_the_account_may_send_as(self):
        self.graph.people[ANN] = {
            "displayName": "Ann",
            "mail": ANN,
            "proxyAddresses": [f"SMTP:{ANN}", "smtp:sales@acme.test"],
        }
        connection = self.make_sender("microsoft").connection_id
        self.assertEqual(connection.send_as, [ANN, "sales@acme.test"])
        self.assertTrue(connection.has_more_senders)
        action = connection.action_add_senders()
        [other] = self.env["mail.sender.address"].search(action["domain"])
        # What the account lists needs no other proof.
        self.assertEqual((other.email, other.state), ("sales@acme.test", "ready"))
        self.assertFalse(connection.has_more_senders)
        # What was proven and is let go is blocked, not forgotten.
        connection.action_disconnect()
        self.assertEqual(other.state, "blocked")
        self.assertIn("Reconnect", other.state_reason)

    def test_addresses_of_the_own_mailbox_of_a_user(self):
        user = self.make_user("ann", self.company)
        self.company.sender_own_addresses = "yes"
        self.graph.people[ANN] = {
            "displayName": "Ann",
            "mail": ANN,
            "proxyAddresses": [f"SMTP:{ANN}", "smtp:sales@acme.test"],
        }
        connection = self.env["mail.sender.connection"].create(
            {
                "provider": "microsoft",
                "login_email": ANN,
                "company_id": self.company.id,
                "user_id": user.id,
            }
        )
        self.link(connection)
        self.commit()
        action = connection.action_add_senders()
        other = self.env["mail.sender.address"].search(action["domain"])
        self.assertRecordValues(
            other,
            [{"email": "sales@acme.test", "user_id": user.id, "state": "ready"}],
        )

    def test_another_account_proves_nothing_of_the_former(self):
        self.graph.people[ANN] = {
            "displayName": "Ann",
            "mail": ANN,
            "proxyAddresses": [f"SMTP:{ANN}", "smtp:sales@acme.test"],
        }
        connection = self.make_sender("microsoft").connection_id
        self.assertIn("sales@acme.test", connection.send_as)
        self.graph.people[BOB] = {"displayName": "Bob", "mail": BOB}
        self.link(connection, BOB)
        self.assertFalse(connection.send_as)

    def test_what_google_would_replace_does_not_leave(self):
        self.gmail.aliases += [
            {"sendAsEmail": ANN, "isPrimary": True},
            {"sendAsEmail": "sales@acme.test", "verificationStatus": "accepted"},
        ]
        address = self.make_sender(email="info@acme.test")
        connection = address.connection_id
        self.assertEqual(connection.send_as, [ANN, "sales@acme.test"])
        self.assertIn("Send mail as", address.state_reason)
        mail = self.queue_mails()
        mail.send()
        self.assertEqual(mail.state, "held")
        self.assertIn("Send mail as", mail.failure_reason)
        self.assertFalse(self.gmail.mails)
        # Its owner adds the address there.
        self.gmail.aliases.append(
            {"sendAsEmail": "info@acme.test", "verificationStatus": "accepted"}
        )
        self.run_check()
        self.assertEqual(address.state, "ready")
        self.run_queue()
        self.assertEqual(mail.state, "sent")
        [left] = self.gmail.mails
        self.assertEqual(left.message["From"], "Acme <info@acme.test>")
