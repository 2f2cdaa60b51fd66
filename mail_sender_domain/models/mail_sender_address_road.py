# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from .mail_sender_resolver import SENDER_CONTEXT, SenderContext


class MailSenderAddress(models.Model):
    """What happens when the road of a sender address closes, and opens again."""

    _inherit = "mail.sender.address"

    road_closed_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="Since when mail cannot leave from this address, which was proven before.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"road_closed_since"}

    def _refresh_roads(self):
        """Tell of roads that closed or opened, and dress anew what waits for them.

        Called whenever something changed that decides whether mail may leave.
        """
        closed, opened = self.browse(), self.browse()
        for address in self.sudo().filtered("email_normalized"):
            blockers = address._get_blockers()
            if blockers and address._was_proven():
                if not address.road_closed_since:
                    closed |= address
                    address._close_road("\n".join(blockers))
            elif address.road_closed_since and not blockers:
                opened |= address
                address._open_road()
        self.env["mail.mail"]._dress_waiting(self)
        return closed, opened

    def _close_road(self, reason):
        """Note that the road is blocked now and ask somebody to mend it."""
        self.road_closed_since = fields.Datetime.now()
        self._note_on_company(
            self.env._(
                "Mail can no longer leave from %(address)s. %(reason)s",
                address=self.email,
                reason=reason,
            )
        )
        self._send_road_notice()
        self._ask_to_mend(reason)

    def _open_road(self):
        """Note that the road is open again; nobody has to mend it any more."""
        self.road_closed_since = False
        message = self.env._("Mail leaves from %(address)s again.", address=self.email)
        self._note_on_company(message)
        self._send_road_notice()
        self.activity_feedback(
            ["mail_sender_domain.mail_activity_type_mend"], feedback=message
        )

    def _send_road_notice(self):
        """Mail to the company, in its language, that the road is closed or open now."""
        self = self.with_context(lang=self.company_id.partner_id.lang)
        if self.road_closed_since:
            subject = self.env._(
                "Mail can no longer leave from %(address)s", address=self.email
            )
            paragraphs = [
                *self._get_blockers(),
                self.env._(
                    "Until this is mended, its mail leaves from the relay address or "
                    "waits, as the settings of mail senders say. Nothing is lost."
                ),
            ]
        else:
            subject = self.env._(
                "Mail leaves from %(address)s again", address=self.email
            )
            paragraphs = [self.env._("Mail that waited for it is on its way.")]
        self.env["mail.sender.notice"]._queue(self.company_id, subject, paragraphs)

    def _note_on_company(self, text):
        """Log a sentence on the address and on the contact of its company."""
        self._message_log(body=text)
        self.company_id.partner_id._message_log(body=text)

    def _ask_to_mend(self, reason):
        """Give the responsible an activity, unless there is one already.

        :param reason: what is wrong and what to do, translated
        """
        activity_type = "mail_sender_domain.mail_activity_type_mend"
        if self.activity_search([activity_type]):
            return
        user = self._get_responsible()
        # The mail about it must not take the very road that is blocked.
        context = SenderContext(self.company_id.id, system_kind="account")
        self.with_context(
            lang=user.lang, **{SENDER_CONTEXT: context}
        ).activity_schedule(activity_type, note=reason, user_id=user.id)

    def _get_responsible(self):
        """Who is asked to mend what breaks: the chosen one, else who set it up."""
        return self.company_id._get_sender_responsible(self)
