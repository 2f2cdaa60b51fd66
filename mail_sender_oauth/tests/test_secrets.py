# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets of linked mailboxes: who reads them, and how they lie in the database."""

import json
import os
from configparser import RawConfigParser
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo import Command
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import config, mute_logger

from ..models.mail_sender_oauth_application import SECRETS as APPLICATION_SECRETS
from ..providers.base import Access, Purpose, after
from ..providers.errors import ProviderError, StorageError
from ..providers.seal import make_key
from ..texts import PROVIDER_TEXTS
from .common import ANN, OauthCommon

SECRETS = ("refresh-token", "secret-of-odoo", "access-token")


@tagged("post_install", "-at_install")
class TestSecrets(OauthCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection = cls.link(cls.make_connection())
        cls.connection._write_access__(Purpose.API, Access("access-token", after(3600)))
        new_test_user(
            cls.env,
            "system",
            groups="base.group_system",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def read_stored(self):
        """What lies in the database."""
        self.env.cr.execute(
            """
            SELECT sender_password FROM mail_sender_connection
            UNION ALL
            SELECT sender_password FROM mail_sender_oauth_application
            """
        )
        return str(self.env.cr.fetchall())

    def use_keys(self, *keys):
        self.enterContext(
            patch.dict(os.environ, MAIL_SENDER_OAUTH_KEYS=", ".join(keys))
        )

    # --------------------------------------------------------------------- RPC

    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def test_nobody_reads_a_secret(self):
        self.authenticate("system", "system")
        for record in (self.connection, self.google):
            told = str(self.call(record._name, "read", record.ids))
            told += str(
                self.call(record._name, "export_data", record.ids, ["client_secret"])
                if "client_secret" in record
                else ""
            )
            for secret in SECRETS:
                self.assertNotIn(secret, told)

    @mute_logger("odoo.http")
    def test_no_route_tells_a_secret(self):
        """Neither what it says, nor whether a guess is right."""
        address = self.make_address(self.connection)
        self.authenticate("system", "system")
        table = [(self.connection, "sender_password", "refresh-token")]
        for name in ("sender_password", *APPLICATION_SECRETS):
            table.append((self.google, name, "secret-of-odoo"))
        for route, *call in self.get_routes(
            self.connection, "account_email", ANN, address
        ):
            with self.subTest(route, name="what may be read"):
                self.assertNotIn("refused", self.ask(*call))
        for record, name, guess in table:
            for route, *call in self.get_routes(record, name, guess, address):
                with self.subTest(route, model=record._name, name=name):
                    right = self.ask(*call)
                    for secret in SECRETS:
                        self.assertNotIn(secret, right)
                    wrong = json.loads(json.dumps(call).replace(guess, "wrong"))
                    self.assertEqual(right, self.ask(*wrong))

    def get_routes(self, record, name, guess, address):
        """What may be asked over RPC: names, models, methods, arguments, options."""
        model, ids = record._name, record.ids
        every = dict.fromkeys([*record._fields, name], {})
        condition = [(name, "like", guess)]
        path = [(f"connection_id.{name}", "like", guess)]
        parameter = [("value", "like", guess)]
        return [
            ("read", model, "read", [ids, [name]], {}),
            ("read all", model, "read", [ids], {}),
            ("web_read", model, "web_read", [ids, every], {}),
            ("search_read", model, "search_read", [[], [name]], {}),
            ("web_search_read", model, "web_search_read", [[], every], {}),
            ("export", model, "export_data", [ids, [name]], {}),
            ("group", model, "formatted_read_group", [[], [name], ["__count"]], {}),
            ("total", model, "formatted_read_group", [[], [], [f"{name}:max"]], {}),
            ("web group", model, "web_read_group", [[], [name]], {}),
            ("search", model, "search", [condition], {}),
            ("count", model, "search_count", [condition], {}),
            ("order", model, "search", [[]], {"order": f"{name} desc"}),
            ("path", address._name, "search", [path], {}),
            ("parameters", "ir.config_parameter", "search_read", [parameter], {}),
        ]

    def ask(self, model, method, args, kwargs):
        """What is told over RPC, in words."""
        try:
            return str(self.call(model, method, *args, **kwargs))
        except JsonRpcException as error:
            return f"refused: {error.code}"

    @mute_logger("odoo.http")
    def test_no_method_gives_a_secret(self):
        self.authenticate("system", "system")
        calls = [
            ("_read_secrets__", ()),
            ("_get_secret__", ("grant",)),
            ("_read_grant__", ()),
            ("_read_access__", ("api",)),
            ("_get_password__", ()),
            ("_get_access", ("api",)),
            ("_write_secrets__", ({},)),
        ]
        for method, args in calls:
            with self.subTest(method), self.assertRaises(JsonRpcException):
                self.call(self.connection._name, method, self.connection.ids, *args)

    @mute_logger("odoo.http")
    def test_the_column_is_no_field(self):
        self.authenticate("system", "system")
        with self.assertRaises(JsonRpcException):
            self.call(
                self.connection._name, "search", [("sender_password", "like", "r")]
            )
        with self.assertRaises(JsonRpcException):
            self.call("mail.sender.oauth.login", "search_read", [])

    def test_a_secret_is_not_copied(self):
        self.assertFalse(self.connection.copy()._read_secrets__())
        application = self.google.copy(
            {"code": "second", "company_id": self.other_company.id}
        )
        self.assertFalse(application._read_secrets__())

    # ----------------------------------------------------------------- at rest

    def test_without_a_key_they_are_stored_as_they_are(self):
        self.assertIn("refresh-token", self.read_stored())

    def test_with_a_key_they_are_encrypted(self):
        self.use_keys(make_key())
        self.link(self.connection)
        self.connection._write_access__(
            Purpose.API, Access("access-token", after(3600))
        )
        self.google.client_secret = "secret-of-odoo"
        self.microsoft.client_secret = "secret-of-odoo"
        for secret in SECRETS:
            self.assertNotIn(secret, self.read_stored())
        self.assertEqual(self.connection._read_grant__().secret, "refresh-token")
        self.assertEqual(
            self.connection._read_access__(Purpose.API).token, "access-token"
        )
        self.assertEqual(self.google._get_value("client_secret"), "secret-of-odoo")

    def test_keys_rotate(self):
        old, new = make_key(), make_key()
        self.use_keys(old)
        self.link(self.connection)
        self.use_keys(new, old)
        self.assertEqual(self.connection._read_grant__().secret, "refresh-token")
        self.env["mail.sender.vault"]._seal_again()
        self.use_keys(new)
        self.assertEqual(self.connection._read_grant__().secret, "refresh-token")

    def test_a_lost_key_asks_for_another_login(self):
        self.use_keys(make_key())
        self.link(self.connection)
        self.use_keys(make_key())
        with self.assertRaises(StorageError) as caught:
            self.connection._get_access(Purpose.API)
        self.connection._fail(caught.exception)
        self.assertEqual(self.connection.status, "broken")
        self.assertIn("press Reconnect", self.connection.error_text)
        self.link(self.connection)
        self.assertEqual(self.connection._read_grant__().secret, "refresh-token")

    def test_a_neutralized_copy_has_none(self):
        address = self.make_address(self.connection)
        self.env.flush_all()
        for query in get_neutralization_queries(
            ["mail_sender_domain", "mail_sender_oauth"]
        ):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        for secret in SECRETS:
            self.assertNotIn(secret, self.read_stored())
        self.assertEqual(self.connection.status, "new")
        self.assertEqual(address.state, "action_needed")

    # --------------------------------------------------- odoo.conf, environment

    def test_the_environment_counts_for_more(self):
        self.enterContext(
            patch.dict(
                os.environ,
                MAIL_SENDER_OAUTH_GOOGLE_CLIENT_ID="from-environment",
                MAIL_SENDER_OAUTH_GOOGLE_CLIENT_SECRET="secret-from-environment",
            )
        )
        self.assertEqual(self.google._get_value("client_id"), "from-environment")
        self.google.write({"client_id": False})
        self.google._set_password__("")
        self.assertTrue(self.google.is_complete)
        self.assertNotIn("from-environment", self.read_stored())

    def test_odoo_conf(self):
        folder = self.enterContext(TemporaryDirectory())
        path = Path(folder, "odoo.conf")
        path.write_text(
            "[options]\nworkers = 0\n[mail_sender_oauth]\n"
            f"keys = {make_key()}\nmicrosoft.client_id = from-file\n"
            "microsoft.tenant = acme\n"
        )
        self.enterContext(patch.dict(config.options, config=str(path)))
        self.assertEqual(self.microsoft._get_value("client_id"), "from-file")
        self.assertEqual(self.microsoft._get_value("tenant"), "acme")
        self.assertEqual(self.google._get_value("client_id"), "odoo")
        self.link(self.connection)
        self.assertNotIn("refresh-token", self.read_stored())
        with patch.object(RawConfigParser, "read", autospec=True) as read:
            self.connection._read_grant__()
            self.assertEqual(self.microsoft._get_value("tenant"), "acme")
        read.assert_not_called()
        # Nobody has to restart Odoo for what changes in the file.
        path.write_text("[mail_sender_oauth]\nmicrosoft.client_id = changed\n")
        self.assertEqual(self.microsoft._get_value("client_id"), "changed")
        path.write_text("nonsense")
        self.assertEqual(self.microsoft._get_value("client_id"), "odoo")

    # ------------------------------------------------------------------- errors

    def test_every_error_of_a_provider_has_its_sentence(self):
        kinds = ProviderError.__subclasses__()
        codes = {code for kind in kinds for code in kind.sentences}
        self.assertEqual(codes, set(PROVIDER_TEXTS))
