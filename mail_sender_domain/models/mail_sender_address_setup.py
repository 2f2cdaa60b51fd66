# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from email.utils import parseaddr

from odoo import api, fields, models


class MailSenderAddress(models.Model):
    """What setting up a sender address needs to show, and to take over."""

    _inherit = "mail.sender.address"

    is_server_adopted = fields.Boolean(
        compute="_compute_is_server_adopted",
        compute_sudo=True,
        help="The server existed before, and only the system administrator changes it.",
    )

    guide_section = fields.Char(
        compute="_compute_guide_section",
        help="The part of the guide that is about the sending mode.",
    )

    @api.depends("mode")
    def _compute_guide_section(self):
        classes = self._get_mode_classes()
        for address in self:
            mode_class = classes.get(address.mode)
            address.guide_section = mode_class and mode_class.guide_section

    @api.depends("mail_server_id")
    def _compute_is_server_adopted(self):
        for address in self:
            server = address.mail_server_id
            address.is_server_adopted = bool(server) and not server.is_sender_managed

    def _adopt_server(self, server):
        """Send through a server that Odoo had before; its host and login stay.

        :param server: one ``ir.mail_server`` that the user may change
        :raise UserError: when others need the server
        """
        self.ensure_one()
        self.check_access("write")
        server.check_access("write")
        server._adopt(self.company_id)
        # Never a domain: Odoo would let other addresses of it leave here.
        server.from_filter = self.email_normalized
        self.sudo().write({"mail_server_id": server.id, "is_mailbox_checked": False})

    # ---------------------------------------------------- what receivers see

    @api.model
    def _make_example(self, company, mode, **vals):
        """An address that is not saved, to show what a mode would mean.

        :param mode: key of the mode
        :param vals: what is known already, such as the name or the e-mail
        """
        mode_class = self._get_mode_classes()[mode]
        email = mode_class.get_example_email(self.env, company)
        return self.sudo().new(
            {
                "company_id": company.id,
                "mode": mode,
                "name": company.name,
                "email": email,
                **vals,
            }
        )

    def _get_receiver_rows(self):
        """What receivers see: [label, value] pairs, translated."""
        self.ensure_one()
        return [
            [self.env._("Name"), self.name or ""],
            [self.env._("Address"), self.email or self.env._("Not known yet")],
            [self.env._("Answers go"), self._get_answer_text()],
        ]

    def _get_answer_text(self):
        """Where answers to mail from the address go, translated."""
        company = self.company_id.sudo()
        policy = (
            self.reply_policy or company._get_sender_policies()["sender_reply_policy"]
        )
        receives = company.catchall_email and not company._get_receiving_doubt()
        if policy == "document" and receives:
            return self.env._(
                "Back into the document (%(email)s)", email=company.catchall_email
            )
        if policy == "fixed" and (fixed := self.reply_to or company._get_fixed_reply()):
            return fixed
        if policy == "user":
            return self.env._("To the user who sent")
        answers = self._get_mode().get_reply_address() if self.email_normalized else ""
        return parseaddr(answers)[1] or self.env._("Not known yet")
