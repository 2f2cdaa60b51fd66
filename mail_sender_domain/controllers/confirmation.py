# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pages behind the links that are mailed to an address.

Opening a link changes nothing, as programs that look for harmful mail open it, too; the
button on its page does. Nobody has to be logged in, and whoever has no valid link
learns nothing about this database.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from odoo.http import Controller, request, route
from odoo.tools import format_date

from ..models.mail_sender_confirmation import CONFIRM, WITHDRAW
from . import secret_paths as secret_paths  # noqa: PLC0414 hides what is in the links
from .secret_headers import HEADERS


@dataclass(frozen=True)
class Page:
    """What a page says.

    :ivar title: a few words, translated
    :ivar paragraphs: translated sentences, the last one on what to do next
    :ivar kind: ``"question"``, ``"success"`` or ``"problem"``
    :ivar button: what the button says; empty: there is none
    :ivar status: of the HTTP answer
    """

    title: str
    paragraphs: tuple[str, ...]
    kind: str = "problem"
    button: str = ""
    status: HTTPStatus = HTTPStatus.OK


class ConfirmationController(Controller):
    """Links to confirm an address, and to withdraw that."""

    @route(
        ["/mail-sender/confirm", "/mail-sender/confirm/<path:token>"],
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def show_confirmation(self, token="", **_query):
        """Ask whether the address may be used."""
        confirmation = self._find(token, CONFIRM)
        if not confirmation:
            page = self._get_invalid_page()
        else:
            page = self._get_obstacle_page(confirmation) or Page(
                request.env._("Confirm %(email)s", email=confirmation.email),
                (
                    *confirmation._get_question(),
                    request.env._(
                        "If you know nothing about this, close the page: nothing "
                        "happens then."
                    ),
                ),
                "question",
                request.env._("Confirm"),
            )
        return self._render(page, CONFIRM, token)

    @route("/mail-sender/confirm", type="http", auth="public", methods=["POST"])
    def confirm(self, token="", **_query):
        """Believe that whoever reads the address pressed the button."""
        confirmation = self._find(token, CONFIRM)
        if not confirmation:
            page = self._get_invalid_page()
        elif not (page := self._get_obstacle_page(confirmation)):
            confirmation._confirm()
            page = Page(
                request.env._("Thank you"),
                (
                    request.env._(
                        "%(email)s is confirmed for %(company)s.",
                        email=confirmation.email,
                        company=confirmation.company_id.name,
                    ),
                    request.env._("You can close this page."),
                ),
                "success",
            )
        return self._render(page, CONFIRM)

    @route(
        ["/mail-sender/withdraw", "/mail-sender/withdraw/<path:token>"],
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        sitemap=False,
    )
    def show_withdrawal(self, token="", **_query):
        """Ask whether the address shall no longer be used."""
        confirmation = self._find(token, WITHDRAW)
        if not confirmation:
            page = self._get_invalid_page()
        elif confirmation.withdrawn_date:
            page = self._get_obstacle_page(confirmation)
        else:
            page = Page(
                request.env._("Withdraw your consent"),
                (
                    request.env._(
                        "%(company)s will no longer send mail from %(email)s.",
                        company=confirmation.company_id.name,
                        email=confirmation.email,
                    ),
                    request.env._("To leave everything as it is, close this page."),
                ),
                "question",
                request.env._("Withdraw"),
            )
        return self._render(page, WITHDRAW, token)

    @route("/mail-sender/withdraw", type="http", auth="public", methods=["POST"])
    def withdraw(self, token="", **_query):
        """Take back what was confirmed."""
        confirmation = self._find(token, WITHDRAW)
        if not confirmation:
            page = self._get_invalid_page()
        else:
            if not confirmation.withdrawn_date:
                confirmation._withdraw()
            page = self._get_obstacle_page(confirmation)
        return self._render(page, WITHDRAW)

    # ------------------------------------------------------------------ pages

    def _find(self, token, purpose):
        """Return what a link is about, and speak the language of its reader."""
        if request.env.user._is_public():
            # Portal, which accounting needs, brings this.
            lang = request.env["ir.http"].get_nearest_lang(request.best_lang)
            request.update_context(lang=lang or request.env.lang)
        return request.env["mail.sender.confirmation"]._find(token, purpose)

    def _get_invalid_page(self):
        """What anybody sees who has no link of ours."""
        return Page(
            request.env._("This link is not valid"),
            (
                request.env._(
                    "Perhaps a part of it is missing. Open it again from the mail, or "
                    "copy all of it."
                ),
                request.env._(
                    "If that does not help, ask whoever sent the mail for a new one."
                ),
            ),
            status=HTTPStatus.NOT_FOUND,
        )

    def _get_obstacle_page(self, confirmation):
        """Why there is nothing to press on a link of ours; None when there is."""
        code = confirmation._get_obstacle()
        if not code:
            return None
        env = request.env
        names = {
            "email": confirmation.email,
            "company": confirmation.company_id.name,
            "user": confirmation.user_id.name or confirmation.company_id.name,
            "date": format_date(env, confirmation.expiry_date),
        }
        if code == "confirmed":
            return Page(
                env._("Already confirmed"),
                (
                    env._(
                        "%(email)s was confirmed for %(company)s by this link before.",
                        **names,
                    ),
                    env._("There is nothing left to do. You can close this page."),
                ),
                "success",
            )
        if code == "withdrawn":
            return Page(
                env._("The consent is withdrawn"),
                (
                    env._("%(company)s may not send mail from %(email)s.", **names),
                    env._(
                        "If that is a mistake, ask %(user)s to mail a new link.",
                        **names,
                    ),
                ),
            )
        if code == "changed":
            return Page(
                env._("This address is no longer asked for"),
                (
                    env._("%(company)s uses another address by now.", **names),
                    env._(
                        "There is nothing to do. If it still needs %(email)s, it will "
                        "mail a new link.",
                        **names,
                    ),
                ),
                status=HTTPStatus.GONE,
            )
        return Page(
            env._("This link is too old"),
            (
                env._("It could be opened until %(date)s.", **names),
                env._(
                    "Ask %(user)s to mail a new one. In Odoo, the button Validate "
                    "beside the address does it, or the red mark in the top bar.",
                    **names,
                ),
            ),
            status=HTTPStatus.GONE,
        )

    def _render(self, page, purpose, token=""):
        """Answer with a page.

        :param token: what its button has to send back
        """
        response = request.render(
            "mail_sender_domain.link_page",
            {"page": page, "action": f"/mail-sender/{purpose}", "token": token},
            status=page.status.value,
        )
        response.headers.update(HEADERS)
        return response
