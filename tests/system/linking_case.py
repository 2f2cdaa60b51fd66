# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo whose mailboxes are linked at a provider that really checks everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import trustme

from odoo import Command
from odoo.tests import HttpCase, new_test_user
from odoo.tests.test_cursor import TestCursor
from odoo.tools.misc import Callbacks

from odoo.addons.mail_sender_oauth.models.mail_sender_oauth_application import (
    CALLBACK_PATH,
    MailSenderOauthApplication,
)
from odoo.addons.mail_sender_oauth.providers.google import Endpoints
from odoo.addons.mail_sender_oauth.providers.http_client import HttpClient
from odoo.addons.mail_sender_oauth.providers.microsoft import Cloud
from odoo.addons.mail_sender_oauth.tests.common import ANN, OauthCommon

from tests.peers.https_server import trusting_session
from tests.peers.openid_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    TENANT,
    OpenIdProvider,
)

MANAGER = "mail_sender_domain.group_sender_manager"


#: The HTTP status of the way back into Odoo.
BACK = 303


class LinkingCase(OauthCommon, HttpCase):
    """Acme's mailboxes are at Google and Microsoft, which are one OpenID provider here.

    :cvar base: how people reach Odoo; by default a reverse proxy is in between
    :cvar idp: where people log in
    """

    base = "https://odoo.test"

    @classmethod
    def setUpClass(cls) -> None:
        """Start the provider, and register Odoo there."""
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("web.base.url", cls.get_base())
        authority = trustme.CA()
        redirect_uris = (f"{cls.get_base()}{CALLBACK_PATH}",)
        cls.idp = cls.enterClassContext(
            OpenIdProvider(authority, redirect_uris=redirect_uris)
        )
        session = cls.enterClassContext(trusting_session(authority))
        url = cls.idp.url
        places = {
            "_get_google_endpoints": Endpoints(
                authorization=f"{url}/authorize",
                token=f"{url}/token",
                revocation=f"{url}/revoke",
                userinfo=f"{url}/userinfo",
            ),
            "_get_microsoft_cloud": Cloud(login=url),
            "_get_http_client": HttpClient(session, timeout=2),
        }
        for name, place in places.items():
            cls.startClassPatcher(
                patch.object(
                    MailSenderOauthApplication, name, lambda self, place=place: place
                )
            )
        (cls.google + cls.microsoft).write(
            {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "tenant": TENANT}
        )
        cls.manager = cls.make_user("manager", MANAGER)

    @classmethod
    def get_base(cls) -> str:
        """How people reach Odoo."""
        return cls.base

    @classmethod
    def make_user(cls, login: str, groups: str = "base.group_user", **values: Any):
        """Make a user of Acme."""
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            name=login.capitalize(),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **values,
        )

    def press(self, record, method: str = "action_connect") -> Any:
        """Press a button, as the web client does."""
        return self.make_jsonrpc_request(
            "/web/dataset/call_button",
            {
                "model": record._name,
                "method": method,
                "args": [record.ids],
                "kwargs": {},
            },
        )

    @contextmanager
    def ending_transactions(self) -> Iterator[None]:
        """Let requests do what follows a commit, which Odoo's tests leave out."""
        commit = TestCursor.commit

        def commit_and_follow(cursor):
            following, cursor.postcommit = cursor.postcommit, Callbacks()
            commit(cursor)
            cursor.postcommit = following
            following.run()

        with patch.object(TestCursor, "commit", commit_and_follow):
            yield
        self.env.invalidate_all()

    def come_back(self, answer: dict[str, str], status: int = BACK):
        """Let the provider send the browser back to Odoo."""
        response = self.url_open(CALLBACK_PATH, params=answer, allow_redirects=False)
        self.assertEqual(response.status_code, status, response.text)
        self.env.invalidate_all()
        return response

    def connect(self, record, account: str = ANN, status: int = BACK, **choice: Any):
        """Connect a mailbox, from the button until the browser is back."""
        answer = self.idp.log_in(self.press(record)["url"], account, **choice)
        return self.come_back(answer, status)
