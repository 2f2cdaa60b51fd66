# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Linking a mailbox through Odoo's own HTTP, at a provider that checks everything."""

import logging
import re
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import product
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from freezegun import freeze_time

from odoo import Command, fields
from odoo.http import root
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.mail_sender_oauth.models.mail_sender_oauth_application import (
    CALLBACK_PATH,
)
from odoo.addons.mail_sender_oauth.providers.base import Purpose
from odoo.addons.mail_sender_oauth.providers.google import GoogleProvider
from odoo.addons.mail_sender_oauth.tests.common import ANN

from tests.peers.https_server import HttpsServer, Reply, Silence
from tests.peers.openid_provider import FORGETFUL_CLIENT_ID
from tests.peers.ports import free_port

from .linking_case import BACK, MANAGER, LinkingCase

BOB = "bob@acme.test"

#: What is looked at to see that nothing has changed.
FACTS = (
    "status",
    "account_email",
    "login_email",
    "connected_date",
    "scopes",
    "mail_server_id",
)


@tagged("post_install", "-at_install")
class TestLinking(LinkingCase):
    def setUp(self):
        super().setUp()
        self.authenticate("manager", "manager")
        self.connection = self.make_connection()
        self.address = self.make_address(self.connection)

    def get_facts(self):
        return self.connection.read(FACTS) + self.address.read(["email", "state"])

    def assert_page(self, response, *texts):
        """Check that a page explains itself, and that nobody keeps it."""
        for text in texts:
            self.assertIn(text, response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertIn("Back to Odoo", response.text)

    # --------------------------------------------------------------- all is well

    def test_both_providers(self):
        for provider, mode in (("google", "gmail"), ("microsoft", "outlook")):
            with self.subTest(provider):
                connection = self.make_connection(BOB, provider)
                address = self.make_address(connection, BOB, mode)
                response = self.connect(connection, BOB)
                self.assertTrue(
                    response.headers["Location"].endswith(
                        f"/odoo/linked-mailboxes/{connection.id}"
                    )
                )
                self.assertRecordValues(
                    connection,
                    [
                        {
                            "status": "connected",
                            "account_email": BOB,
                            "connected_uid": self.manager.id,
                        }
                    ],
                )
                self.assertEqual(address.state, "ready")
                self.assertTrue(connection._get_access(Purpose.API).token)
                address.unlink()

    def test_the_browser_is_sent_through_the_reverse_proxy(self):
        url = self.press(self.connection)["url"]
        query = parse_qs(urlsplit(url).query)
        self.assertEqual(
            query["redirect_uri"], ["https://odoo.test/mail-sender/oauth/callback"]
        )
        self.assertEqual(query["login_hint"], [ANN])
        self.assertEqual(query["code_challenge_method"], ["S256"])

    def test_from_the_address_and_back(self):
        """The mailbox of an address is made where there is none."""
        self.address.connection_id = False
        response = self.connect(self.address)
        self.assertTrue(
            response.headers["Location"].endswith(
                f"/odoo/sender-addresses/{self.address.id}"
            )
        )
        self.assertEqual(self.address.state, "ready")

    def test_reconnecting_forgets_the_former_permission(self):
        self.connect(self.connection)
        before = self.connection._read_grant__()
        self.connection.status = "broken"
        self.connect(self.connection)
        self.assertEqual(self.connection.status, "connected")
        self.assertNotEqual(self.connection._read_grant__(), before)

    # -------------------------------------------------------------- what goes wrong

    def test_faults_change_nothing(self):
        scope = "https://www.googleapis.com/auth/gmail.send"
        table = [
            ("cancelled", {"deny": True}, {}, "cancelled or refused"),
            ("less consent", {"withhold": (scope,)}, {}, "leave all boxes ticked"),
            ("wrong secret", {}, {"client_secret": "guessed"}, "client ID or the"),
            (
                "nothing lasting",
                {},
                {"client_id": FORGETFUL_CLIENT_ID},
                "no lasting permission",
            ),
        ]
        before = self.get_facts()
        for name, choice, application, text in table:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.google.write(application)
                response = self.connect(self.connection, status=200, **choice)
                self.assert_page(response, text, "Nothing has changed")
                self.assertEqual(self.get_facts(), before)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_provider_that_fails_meanwhile_changes_nothing(self):
        """Each row: what is said instead of an answer, and what people read."""
        table = [
            (Reply(500), "has a failure"),
            (Reply(429), "fewer mails at a time"),
            (Reply(200, b"<html>hotel</html>"), "Something else than the provider"),
            (Silence.DROP, "did not answer"),
            (Silence.STALL, "did not answer"),
        ]
        places = [("google", "token"), ("google", "userinfo"), ("microsoft", "login")]
        connections = {
            "google": self.connection,
            "microsoft": self.make_connection(BOB, "microsoft"),
        }
        for (fault, text), (provider, place) in product(table, places):
            with self.subTest(text, provider=provider, place=place):
                connection = connections[provider]
                before = self.get_facts() + connection.read(FACTS)
                answer = self.idp.log_in(
                    self.press(connection)["url"], connection.login_email
                )
                with self.failing(provider, place, fault):
                    page = self.come_back(answer, 200)
                self.assert_page(page, text, "Nothing has changed")
                after = self.get_facts() + connection.read(FACTS)
                self.assertEqual(after, before)
                self.assertFalse(connection._read_secrets__())
        # The next attempt is as good as any.
        self.connect(self.connection)
        self.assertEqual(self.connection.status, "connected")

    @mute_logger("odoo.http")
    def test_a_provider_that_lets_nobody_begin(self):
        connection = self.make_connection(BOB, "microsoft")
        before = connection.read(FACTS)
        logins = self.env["mail.sender.oauth.login"]
        for fault in (Reply(500), Silence.DROP, Silence.STALL, None):
            with (
                self.subTest(fault),
                self.failing("microsoft", "login", fault),
                self.assertRaisesRegex(JsonRpcException, "UserError"),
            ):
                self.press(connection)
        self.env.invalidate_all()
        self.assertEqual(connection.read(FACTS), before)
        self.assertFalse(logins.search([("connection_id", "=", connection.id)]))

    @contextmanager
    def failing(self, provider, place, fault):
        """Let an address of a provider fail.

        :param place: as the provider's class calls it
        :param fault: what it answers; None: it is not there
        """
        name = {"google": "_get_google_endpoints", "microsoft": "_get_microsoft_cloud"}
        applications = self.env["mail.sender.oauth.application"]
        with ExitStack() as stack:
            url = f"https://localhost:{free_port()}"
            if fault:
                server = HttpsServer(lambda _request: fault, self.idp.authority)
                url = stack.enter_context(server).url
            places = getattr(applications, name[provider])()
            places = replace(places, **{place: f"{url}/{place}"})
            stack.enter_context(
                patch.object(type(applications), name[provider], lambda _self: places)
            )
            yield

    def test_the_provider_s_words_cannot_change_the_page(self):
        url = self.press(self.connection)["url"]
        [state] = parse_qs(urlsplit(url).query)["state"]
        response = self.come_back(
            {
                "state": state,
                "error": "strange",
                "error_description": "<script>alert(1)</script>",
            },
            200,
        )
        self.assertNotIn("<script>alert", response.text)
        self.assertIn("&lt;script&gt;", response.text)

    def test_an_answer_is_taken_once(self):
        answer = self.idp.log_in(self.press(self.connection)["url"], ANN)
        self.come_back(answer)
        before = self.get_facts()
        self.assert_page(self.come_back(answer, 410), "used already")
        self.assertEqual(self.get_facts(), before)

    def test_answers_that_belong_to_nothing(self):
        before = self.get_facts()
        for answer in ({}, {"state": ""}, {"state": "x" * 5000, "code": "1"}):
            with self.subTest(answer):
                self.assert_page(self.come_back(answer, 410), "no login that")
        self.assertEqual(self.get_facts(), before)

    def test_a_stale_tab(self):
        answer = self.idp.log_in(self.press(self.connection)["url"], ANN)
        before = self.get_facts()
        later = fields.Datetime.now() + timedelta(minutes=16)
        with freeze_time(later):
            self.authenticate("manager", "manager", session_extra=self.get_secret())
            self.assert_page(self.come_back(answer, 410), "too long ago")
        self.assertEqual(self.get_facts(), before)

    def get_secret(self):
        """What the session of the browser has for its logins."""
        session = root.session_store.get(self.session.sid)
        return {"mail_sender_login": session["mail_sender_login"]}

    def test_another_browser_of_the_same_user(self):
        """A link that somebody made the user open is not the user's own attempt."""
        answer = self.idp.log_in(self.press(self.connection)["url"], ANN)
        before = self.get_facts()
        self.authenticate("manager", "manager")
        self.assert_page(self.come_back(answer, 403), "another browser")
        self.assertEqual(self.get_facts(), before)

    def test_another_user(self):
        answer = self.idp.log_in(self.press(self.connection)["url"], ANN)
        before = self.get_facts()
        self.make_user("colleague", MANAGER)
        self.authenticate("colleague", "colleague")
        self.assert_page(self.come_back(answer, 403), "Another user")
        self.assertEqual(self.get_facts(), before)

    def test_nobody_logged_in(self):
        answer = self.idp.log_in(self.press(self.connection)["url"], ANN)
        before = self.get_facts()
        self.authenticate(None, None)
        response = self.come_back(answer, BACK)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertEqual(self.get_facts(), before)

    def test_who_lost_the_right_meanwhile(self):
        answer = self.idp.log_in(self.press(self.connection)["url"], ANN)
        before = self.get_facts()
        self.manager.write({"group_ids": [Command.unlink(self.env.ref(MANAGER).id)]})
        self.assert_page(self.come_back(answer, 403), "not connect this mailbox")
        self.assertEqual(self.get_facts(), before)

    def test_another_company_is_chosen_meanwhile(self):
        """The mailbox is that of the company for which it was begun."""
        self.manager.company_ids += self.other_company
        answer = self.idp.log_in(self.press(self.connection)["url"], ANN)
        self.opener.cookies["cids"] = str(self.other_company.id)
        self.come_back(answer)
        self.assertEqual(self.connection.status, "connected")
        self.assertEqual(self.connection.company_id, self.company)

    def test_who_left_the_company_meanwhile(self):
        answer = self.idp.log_in(self.press(self.connection)["url"], ANN)
        before = self.get_facts()
        self.manager.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        self.assert_page(self.come_back(answer, 403), "not connect this mailbox")
        self.assertEqual(self.get_facts(), before)

    def test_who_may_begin(self):
        self.make_user("clerk")
        self.authenticate("clerk", "clerk")
        with (
            mute_logger("odoo.http"),
            self.assertRaisesRegex(JsonRpcException, "AccessError"),
        ):
            self.press(self.connection)

    def test_without_an_application_somebody_is_named(self):
        self.google.client_id = False
        with (
            mute_logger("odoo.http"),
            self.assertRaisesRegex(JsonRpcException, "UserError"),
        ):
            self.press(self.connection)

    # ---------------------------------------------------------------- other account

    def ask_about_bob(self):
        before = self.get_facts()
        response = self.connect(self.connection, BOB, status=200)
        self.assert_page(response, f"{BOB} logged in instead of {ANN}", f"Use {BOB}")
        self.assertEqual(self.get_facts(), before)
        return dict(
            re.findall(r'name="(csrf_token|token)" value="([^"]+)"', response.text)
        )

    def accept(self, form, status):
        response = self.url_open(
            "/mail-sender/oauth/accept", data=form, allow_redirects=False
        )
        self.assertEqual(response.status_code, status)
        self.env.invalidate_all()
        return response

    def test_another_account_becomes_the_address_on_confirmation(self):
        form = self.ask_about_bob()
        self.accept(form, BACK)
        self.assertEqual(self.connection.account_email, BOB)
        self.assertEqual(
            (self.address.email, self.address.state),
            (BOB, "ready"),
        )
        self.assert_page(self.accept(form, 410), "used already")

    def test_neither_answer_counts_for_the_other(self):
        form = self.ask_about_bob()
        self.assert_page(self.come_back({"state": form["token"]}, 410), "no login that")
        [state] = parse_qs(urlsplit(self.press(self.connection)["url"]).query)["state"]
        self.assert_page(self.accept({**form, "token": state}, 410), "no login that")
        self.assertFalse(self.connection.account_email)

    @mute_logger("odoo.http")
    def test_another_account_is_not_taken_without_the_button(self):
        form = self.ask_about_bob()
        del form["csrf_token"]
        self.accept(form, 400)
        self.assertFalse(self.connection.account_email)

    def test_another_account_that_cannot_be_the_address(self):
        self.env["mail.sender.address"].create(
            {"name": "Bob", "email": BOB, "company_id": self.company.id}
        )
        form = self.ask_about_bob()
        before = self.get_facts()
        self.assert_page(self.accept(form, 200), "already", "Nothing has changed")
        self.assertEqual(self.get_facts(), before)

    # --------------------------------------------------------------------- secrets

    def test_no_secret_is_kept_of_an_attempt(self):
        url = self.press(self.connection)["url"]
        [state] = parse_qs(urlsplit(url).query)["state"]
        login = self.env["mail.sender.oauth.login"].search([])
        self.assertNotIn(state, str(login.sudo().read()))
        self.come_back(self.idp.log_in(url, ANN))
        self.assertFalse(login._read_secrets__())

    def test_the_answer_is_not_in_the_log(self):
        line = f"GET {CALLBACK_PATH}?code=secret&state=secret HTTP/1.1"
        record = logging.makeLogRecord({"name": "werkzeug", "msg": line})
        logging.getLogger("werkzeug").filter(record)
        self.assertNotIn("secret", record.getMessage())

    # ---------------------------------------------------------------- disconnecting

    def test_disconnecting_revokes_at_the_provider(self):
        self.connect(self.connection)
        grant = self.connection._read_grant__()
        self.assertTrue(self.idp.introspect(grant.secret)["active"])
        active = []

        def revoke(provider, given):
            # It is forgotten for sure by now, and no transaction waits.
            self.env.invalidate_all()
            active.append((self.connection.status, self.connection._read_grant__()))
            real_revoke(provider, given)

        real_revoke = GoogleProvider.revoke
        with (
            patch.object(GoogleProvider, "revoke", revoke),
            self.ending_transactions(),
        ):
            action = self.press(self.connection, "action_disconnect")
        self.assertEqual(action["params"]["type"], "success")
        self.assertIn(
            "gives the permission back to Google", action["params"]["message"]
        )
        self.assertEqual(active, [("revoked", None)])
        self.assertFalse(self.idp.introspect(grant.secret)["active"])
        self.assertFalse(self.connection._read_secrets__())
        self.assertEqual(self.connection.status, "revoked")
        self.assertEqual(self.address.state, "blocked")
        self.assertIn("Press Reconnect", self.address.state_reason)

    def test_microsoft_is_told_by_the_owner(self):
        connection = self.make_connection(BOB, "microsoft")
        self.connect(connection, BOB)
        action = self.press(connection, "action_disconnect")
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("myapps.microsoft.com", action["params"]["message"])

    def test_what_another_company_lives_from_is_not_revoked(self):
        other = self.make_connection(company_id=self.other_company.id)
        self.manager.company_ids += self.other_company
        self.connect(self.connection)
        self.connect(other)
        secret = other._read_grant__().secret
        with self.ending_transactions():
            self.press(self.connection, "action_disconnect")
        self.assertTrue(self.idp.introspect(secret)["active"])
        self.assertEqual(other.status, "connected")

    # ------------------------------------------------------------------ own mailboxes

    def make_clerk(self):
        self.env["mail.sender.platform"]._get_platform()
        self.company.sender_own_addresses = "yes"
        clerk = self.make_user("clerk", email=BOB)
        self.authenticate("clerk", "clerk")
        return clerk

    def test_a_user_links_the_own_mailbox(self):
        clerk = self.make_clerk()
        answer = self.idp.log_in(self.press(clerk, "action_link_gmail")["url"], BOB)
        response = self.come_back(answer, 200)
        self.assert_page(response, "Your mailbox is connected", BOB)
        address = self.env["mail.sender.address"].search([("user_id", "=", clerk.id)])
        self.assertRecordValues(
            address,
            [{"email": BOB, "mode": "gmail", "company_id": self.company.id}],
        )
        self.assertEqual(address.state, "ready")
        self.press(clerk, "action_unlink_mailbox")
        self.env.invalidate_all()
        self.assertEqual(address.state, "blocked")

    @mute_logger("odoo.http")
    def test_only_where_the_company_lets_users_send_from_their_own(self):
        clerk = self.make_clerk()
        self.company.sender_own_addresses = "no"
        with self.assertRaisesRegex(JsonRpcException, "UserError"):
            self.press(clerk, "action_link_gmail")

    def test_only_while_the_company_lets_users_send_from_their_own(self):
        clerk = self.make_clerk()
        answer = self.idp.log_in(self.press(clerk, "action_link_gmail")["url"], BOB)
        self.come_back(answer, 200)
        connection = self.as_user(clerk.linked_mailbox_id, clerk)
        begun = self.press(connection)["url"]
        self.company.sender_own_addresses = "no"
        with (
            mute_logger("odoo.http"),
            self.assertRaisesRegex(JsonRpcException, "UserError"),
        ):
            self.press(connection)
        # It was allowed when the login began.
        before = self.read_facts(connection)
        page = self.come_back(self.idp.log_in(begun, BOB), 200)
        self.assert_page(page, "do not send from their own", "Nothing has changed")
        self.assertEqual(self.read_facts(connection), before)
        self.press(connection, "action_disconnect")
        self.env.invalidate_all()
        self.assertEqual(connection.status, "revoked")

    def read_facts(self, connection):
        """What a login would change."""
        return connection.sudo().read(FACTS), connection.sudo()._read_grant__()

    def test_a_user_does_not_restore_an_address_that_was_archived(self):
        clerk = self.make_clerk()
        for is_archived in (False, True):
            answer = self.idp.log_in(self.press(clerk, "action_link_gmail")["url"], BOB)
            page = self.come_back(answer, 200)
            address = self.env["mail.sender.address"].search(
                [("user_id", "=", clerk.id), ("active", "in", (True, False))]
            )
            self.assertEqual(address.active, not is_archived)
            address.active = False
        self.assert_page(page, "is archived", "Nothing has changed")

    @mute_logger("odoo.http")
    def test_nobody_links_the_mailbox_of_a_colleague(self):
        self.make_clerk()
        with self.assertRaisesRegex(JsonRpcException, "AccessError"):
            self.press(self.manager, "action_link_gmail")

    def test_a_user_does_not_take_an_address_of_the_company(self):
        clerk = self.make_clerk()
        self.env["mail.sender.address"].create(
            {"name": "Acme", "email": BOB, "company_id": self.company.id}
        )
        answer = self.idp.log_in(self.press(clerk, "action_link_gmail")["url"], BOB)
        self.assert_page(self.come_back(answer, 200), "is a sender address of Acme")
        self.assertFalse(
            self.env["mail.sender.address"].search([("user_id", "=", clerk.id)])
        )

    def test_the_own_address_does_not_become_one_of_the_company(self):
        """Another account logs in, and the user agrees."""
        clerk = self.make_clerk()
        answer = self.idp.log_in(self.press(clerk, "action_link_gmail")["url"], BOB)
        self.come_back(answer, 200)
        connection = self.as_user(clerk.linked_mailbox_id, clerk)
        before = self.read_facts(connection)
        addresses = self.env["mail.sender.address"]
        addresses.create(
            {"name": "Acme", "email": "sales@acme.test", "company_id": self.company.id}
        )
        for account in ("sales@acme.test", "Sales@Acme.test", ANN):
            with self.subTest(account):
                page = self.connect(connection, account, status=200)
                form = dict(
                    re.findall(r'name="(csrf_token|token)" value="([^"]+)"', page.text)
                )
                page = self.accept(form, 200)
                self.assert_page(page, "has the sender address", "Nothing has changed")
                self.assertEqual(self.read_facts(connection), before)

    # ------------------------------------------------------------------ guided set-up

    def test_the_guided_set_up_goes_on_after_the_login(self):
        self.address.unlink()
        self.connection.unlink()
        setup = self.as_user(self.env["mail.sender.setup"], self.manager).create(
            {"company_id": self.company.id, "email": ANN}
        )
        setup.action_next()
        setup.mode = "gmail"
        setup.action_next()
        setup.action_next()
        self.assertEqual(setup.step, "check")
        self.assertTrue(setup.is_login_needed)
        self.assertIn("not connected yet", setup.blockers)
        response = self.connect(setup)
        self.assertTrue(response.headers["Location"].endswith("/odoo/mail-senders"))
        self.assertEqual(setup.step, "done")
        self.assertEqual(self.company.sender_address_id.email, ANN)
        self.assertEqual(self.company.sender_address_id.state, "ready")
