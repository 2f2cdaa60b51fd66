# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page with the records of one domain, for whoever keeps its DNS.

Nobody logs in; whoever has no link that can be opened learns nothing, not even whether
there was one. Opening the page changes nothing but the count of its visits.
"""

from __future__ import annotations

from http import HTTPStatus

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import Controller, content_disposition, request, route

from ..models.mail_sender_handover import NOTE_LENGTH, RECORDS
from ..models.mail_sender_handover_visit import LIMITS
from ..reader import Reader
from ..report.handover import Handover
from ..tools.errors import SenderToolError
from .secret_headers import HEADERS

#: Nothing on the page comes from elsewhere, and nothing in it runs that is not ours.
PAGE_HEADERS = HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


class HandoverController(Controller):
    """The page, its files, and what its two buttons do."""

    @route(
        ["/mail-sender/records", "/mail-sender/records/<path:token>"],
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def show(self, token="", said="", **_query):
        """Show the records and what the last check found."""
        handover = self._find(token)
        if not handover:
            return self._refuse_link()
        if wait := handover._take("open"):
            return self._refuse_haste(wait, handover)
        return self._show_records(handover, token, said)

    @route(
        "/mail-sender/records-file/<string:kind>/<path:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def download(self, kind, token, **_query):
        """Give the records as a document."""
        handover = self._find(token)
        if not handover:
            return self._refuse_link()
        if kind not in Handover.KINDS:
            raise NotFound
        limited = kind if kind in LIMITS else "file"
        if wait := handover._take(limited):
            return self._refuse_haste(wait, handover)
        file = Handover(handover.domain_id, self._get_reader(handover)).make(kind)
        return request.make_response(
            file.content,
            headers={
                **PAGE_HEADERS,
                "Content-Type": file.mimetype,
                "Content-Disposition": content_disposition(file.name),
            }.items(),
        )

    @route("/mail-sender/records-check", type="http", auth="public", methods=["POST"])
    def check(self, token="", **_form):
        """Let the scheduler ask the name servers now; the page tells how it goes."""
        handover = self._find(token)
        if not handover:
            return self._refuse_link()
        if wait := handover._take("check"):
            return self._refuse_haste(wait, handover)
        try:
            said = "" if handover.domain_id._ask_check() else "early"
        except UserError:
            # It speaks of settings that are not the reader's concern.
            said = "failed"
        return self._return(token, said)

    @route("/mail-sender/records-note", type="http", auth="public", methods=["POST"])
    def write_note(self, token="", note="", **_form):
        """Tell the company something."""
        handover = self._find(token)
        if not handover:
            return self._refuse_link()
        if not note.strip():
            return self._return(token, "")
        if wait := handover._take("note"):
            return self._refuse_haste(wait, handover)
        handover._post_note(note)
        return self._return(token, "noted")

    # ----------------------------------------------------------------- answers

    def _find(self, token):
        """Return the link of a token that can be opened, as OdooBot; else empty."""
        return request.env["mail.sender.handover"]._find(token)

    def _get_reader(self, handover=None):
        """Who reads: by the browser, else by what the link was given with."""
        wishes = request.httprequest.accept_languages.values()
        return Reader(*wishes, handover.lang if handover else None)

    def _return(self, token, said):
        """Go back to the page, so that reloading it does nothing twice."""
        path = f"/mail-sender/{RECORDS}/{token}"
        response = request.redirect(f"{path}?said={said}" if said else path)
        response.status_code = HTTPStatus.SEE_OTHER
        response.headers.update(PAGE_HEADERS)
        return response

    def _show_records(self, handover, token, said):
        domain = handover.domain_id
        reader = self._get_reader(handover)
        records = Handover(domain, reader)
        texts = {
            "early": reader._(
                "The name servers were asked less than a minute ago. Wait a moment, "
                "then check again."
            ),
            "failed": reader._(
                "The name servers could not be asked. Please tell %(company)s.",
                company=records.company.name,
            ),
            "noted": reader._("Your note was sent."),
        }
        return self._render(
            "mail_sender_domain.handover_page",
            {
                "handover": records,
                "link": handover,
                "token": token,
                "said": texts.get(said, ""),
                "connect_url": self._get_connect_url(domain),
                "note_length": NOTE_LENGTH,
            },
            reader,
        )

    def _get_connect_url(self, domain):
        """The link to publish all records at one click; empty where there is none."""
        if domain.state == "verified":
            return ""
        try:
            return domain._get_domain_connect_url()
        except SenderToolError:
            # The settings of the platform are not its reader's concern.
            return ""

    def _refuse_link(self):
        """What anybody sees who has no link that can be opened, for whatever reason."""
        visits = request.env["mail.sender.handover.visit"]
        if wait := visits._take_wrong(request.httprequest.remote_addr):
            return self._refuse_haste(wait)
        reader = self._get_reader()
        return self._render_message(
            reader,
            reader._("This link is not valid"),
            reader._(
                "Perhaps a part of it is missing, or it is too old, or it was revoked. "
                "Ask whoever gave it to you for a new one."
            ),
            HTTPStatus.NOT_FOUND,
        )

    def _refuse_haste(self, wait, handover=None):
        """Ask somebody politely to slow down.

        :param wait: in seconds
        """
        reader = self._get_reader(handover)
        response = self._render_message(
            reader,
            reader._("One moment, please"),
            reader._(
                "That was a lot in a short time. Try again in %(minutes)s minutes.",
                minutes=-(-wait // 60),
            ),
            HTTPStatus.TOO_MANY_REQUESTS,
        )
        response.headers["Retry-After"] = str(wait)
        return response

    def _render_message(self, reader, title, text, status):
        values = {"title": title, "text": text}
        return self._render(
            "mail_sender_domain.handover_message", values, reader, status
        )

    def _render(self, template, values, reader, status=HTTPStatus.OK):
        response = request.render(
            template, {**values, "reader": reader}, status=status.value
        )
        response.headers.update(PAGE_HEADERS)
        return response
