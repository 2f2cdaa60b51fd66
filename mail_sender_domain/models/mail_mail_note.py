# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from odoo import api, models


class MailMail(models.Model):
    """What people read on a document about its mail that waits or leaves otherwise."""

    _inherit = "mail.mail"

    def _get_first_of_messages(self):
        """Those of these new mails that wait or leave otherwise, one for each message.

        Odoo makes several mails of a message, group of recipients by group.
        """
        switched = self.sudo().filtered(
            lambda mail: mail.state == "held" or mail.sender_wanted_id
        )
        return switched.filtered(
            lambda mail: mail.id == min(mail.mail_message_id.mail_ids.ids)
        )

    def _note_on_documents(self):
        """Say on their documents which of these mails wait or leave otherwise."""
        texts = defaultdict(lambda: defaultdict(dict))
        for mail in self.sudo().filtered(self._is_on_document):
            # The same sentence once, as a message may have several mails.
            texts[mail.model][mail.res_id][mail._get_switch_text()] = True
        for model, texts_by_id in texts.items():
            records = self.env[model].sudo().browse(texts_by_id).exists()
            records._message_log_batch(
                {id_: Markup("<br/>").join(texts_by_id[id_]) for id_ in records.ids}
            )

    @api.model
    def _is_on_document(self, mail):
        """Whether a mail is about a record that people can read notes on."""
        return self._has_record({"model": mail.model, "res_id": mail.res_id}) and (
            isinstance(self.env[mail.model], self.env.registry["mail.thread"])
        )

    def _get_switch_text(self):
        """One translated sentence on how this mail leaves, or why it waits."""
        self.ensure_one()
        if self.state == "held":
            return self.env._(
                "The e-mail “%(subject)s” waits. %(reason)s",
                subject=self.subject or "",
                reason=self.failure_reason or "",
            )
        if self.sender_wanted_id:
            return self.env._(
                "The e-mail “%(subject)s” leaves from %(relay)s, because the road of "
                "%(wanted)s is blocked.",
                subject=self.subject or "",
                relay=self.sender_address_id.email,
                wanted=self.sender_wanted_id.email,
            )
        return self.env._(
            "The e-mail “%(subject)s” leaves from %(address)s.",
            subject=self.subject or "",
            address=self.sender_address_id.email or self.email_from,
        )
