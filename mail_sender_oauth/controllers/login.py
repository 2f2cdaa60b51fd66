# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the browser comes back to after a login at Google or Microsoft."""

from __future__ import annotations

from http import HTTPStatus

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from odoo.addons.mail_sender_domain.controllers.confirmation import HEADERS, Page

from ..models.mail_sender_oauth_application import CALLBACK_PATH
from ..providers.errors import ProviderError
from ..texts import provider_error_text
from ..wizards.mail_sender_oauth_login import LoginRefused

ACCEPT_PATH = "/mail-sender/oauth/accept"

#: Where people go on when nothing is known about their attempt.
HOME_PATH = "/odoo"


class LoginController(Controller):
    """Takes the provider's answer, or explains on a page why not."""

    @route(CALLBACK_PATH, type="http", auth="user", methods=["GET"], sitemap=False)
    def finish_login(self, **answer):
        """Take what a login gave, and go back to the page that it was begun on."""
        return self._conclude(
            answer.get("state", ""), lambda login: login._finish(answer)
        )

    @route(ACCEPT_PATH, type="http", auth="user", methods=["POST"], sitemap=False)
    def accept_account(self, token="", **_form):
        """Take the account that logged in instead of another one."""
        return self._conclude(token, lambda login: login._accept())

    def _conclude(self, state, take):
        """Take an answer once, and show what came of it.

        :param state: what finds the attempt
        :param take: given the attempt, takes what the provider gave
        """
        env = request.env
        try:
            login = env["mail.sender.oauth.login"]._take(state)
        except LoginRefused as refusal:
            return self._render(self._get_refusal_page(refusal.code))
        try:
            with env.cr.savepoint():
                account = take(login)
        except LoginRefused as refusal:
            return self._render(self._get_refusal_page(refusal.code))
        except ProviderError as error:
            return self._show_problem(login, provider_error_text(env, error))
        except UserError as error:
            return self._show_problem(login, str(error))
        if account:
            return self._ask(login, account)
        if login.connection_id.user_id:
            return self._show_success(login)
        return request.redirect(login.return_path)

    def _show_problem(self, login, reason):
        page = Page(
            request.env._("The mailbox is not connected"),
            (reason, request.env._("Nothing has changed.")),
        )
        return self._render(page, login.return_path)

    def _show_success(self, login):
        page = Page(
            request.env._("Your mailbox is connected"),
            (
                request.env._(
                    "What you send for %(company)s leaves from %(email)s from now on.",
                    company=login.connection_id.company_id.name,
                    email=login.connection_id.account_email,
                ),
            ),
            "success",
        )
        return self._render(page, login.return_path)

    def _ask(self, login, account):
        """Show who logged in, and ask whether mail shall leave from there.

        :param account: who logged in
        """
        env = request.env
        expected = login.connection_id.login_email
        page = Page(
            env._("Another account logged in"),
            (
                env._(
                    "%(found)s logged in instead of %(expected)s.",
                    found=account,
                    expected=expected,
                ),
                login.connection_id._get_change_text(account),
                env._(
                    "To log in with the other account, go back and press Connect "
                    "again. Nothing has changed yet."
                ),
            ),
            "question",
            env._("Use %(email)s", email=account),
        )
        return self._render(page, login.return_path, token=login._ask_again())

    def _get_refusal_page(self, code):
        env = request.env
        sentences = {
            "unknown": env._("There is no login that this answer belongs to."),
            "used": env._("This answer was used already."),
            "expired": env._("This login was begun too long ago."),
            "other_user": env._("Another user of Odoo began this login."),
            "other_browser": env._("This login was begun in another browser."),
            "no_right": env._("You may not connect this mailbox any more."),
        }
        return Page(
            env._("The mailbox is not connected"),
            (
                sentences[code],
                env._(
                    "Nothing has changed. Go back to Odoo and press Connect again, if "
                    "the mailbox is not connected."
                ),
            ),
            status=HTTPStatus.FORBIDDEN
            if code in ("other_user", "other_browser", "no_right")
            else HTTPStatus.GONE,
        )

    def _render(self, page, return_path=HOME_PATH, token=""):
        response = request.render(
            "mail_sender_domain.link_page",
            {
                "page": page,
                "action": ACCEPT_PATH,
                "token": token,
                "return_path": return_path,
            },
            status=page.status.value,
        )
        response.headers.update(HEADERS)
        return response
