# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from .choosing import SENDER_CONTEXT, SenderContext

#: How many addresses stand in the subject of a notice.
MOST_NAMED = 2


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

        Called whenever something changed that decides whether mail may leave. What one
        company is told at once is told in one notice.
        """
        addresses = self.sudo()
        closed, opened = addresses.browse(), addresses.browse()
        for address in addresses.filtered("email_normalized"):
            blockers = address._get_blockers()
            if blockers and address._was_proven():
                if not address.road_closed_since:
                    closed |= address
            elif address.road_closed_since and not blockers:
                opened |= address
        closed._close_roads()
        opened._open_roads()
        self.env["mail.mail"]._dress_waiting(self)
        return closed, opened

    def _close_roads(self):
        """Note that these roads are blocked now, and ask somebody to mend them."""
        self.road_closed_since = fields.Datetime.now()
        for company, addresses in self.grouped("company_id").items():
            for reason, blocked in addresses.grouped(_get_reason).items():
                text = self.env._(
                    "Mail can no longer leave from %(addresses)s. %(reason)s",
                    addresses=blocked._list_emails(),
                    reason=reason,
                )
                blocked._note_on_company(text)
                if not blocked._is_domain_asked_to_mend():
                    blocked[0]._ask_to_mend(text if len(blocked) > 1 else reason)
            addresses._send_road_notice(company)

    def _open_roads(self):
        """Note that these roads are open again; nobody has to mend them any more."""
        self.road_closed_since = False
        for company, addresses in self.grouped("company_id").items():
            message = self.env._(
                "Mail leaves from %(addresses)s again.",
                addresses=addresses._list_emails(),
            )
            addresses._note_on_company(message)
            addresses._send_road_notice(company)
            addresses.activity_feedback(
                ["mail_sender_domain.mail_activity_type_mend"], feedback=message
            )

    def _list_emails(self):
        """The addresses as one text."""
        return ", ".join(self.mapped("email"))

    def _name_some(self):
        """The first of many addresses, and how many more there are."""
        named = self[:MOST_NAMED]
        return self.env._(
            "%(addresses)s and %(count)s more",
            addresses=named._list_emails(),
            count=len(self) - MOST_NAMED,
        )

    def _is_domain_asked_to_mend(self):
        """Whether the owner of their domain is asked already, by its own activity."""
        domain = self.domain_id
        return (
            len(domain) == 1
            and not domain._may_send()
            and domain.company_id == self.company_id
            and all(address.domain_id for address in self)
        )

    def _send_road_notice(self, company):
        """Mail to a company, in its language, that its roads are closed or open now."""
        self = self.with_context(lang=company.partner_id.lang)
        # A subject has no room for many; all of them are listed below.
        emails = self._list_emails() if len(self) <= MOST_NAMED else self._name_some()
        if self[0].road_closed_since:
            subject = self.env._(
                "Mail can no longer leave from %(addresses)s", addresses=emails
            )
            paragraphs = [
                *dict.fromkeys(
                    blocker for each in self for blocker in each._get_blockers()
                ),
                self.env._(
                    "Until this is mended, its mail leaves from the relay address or "
                    "waits, as the settings of mail senders say. Nothing is lost."
                ),
            ]
        else:
            subject = self.env._(
                "Mail leaves from %(addresses)s again", addresses=emails
            )
            paragraphs = [self.env._("Mail that waited for it is on its way.")]
        lines = self.mapped("email") if len(self) > 1 else ()
        self.env["mail.sender.notice"]._queue(company, subject, paragraphs, lines)

    def _note_on_company(self, text):
        """Log a sentence on these addresses, and once on the contact of the company."""
        for address in self:
            address._message_log(body=text)
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


def _get_reason(address):
    """What blocks the road of an address: sentences, one a line."""
    return "\n".join(address._get_blockers())
