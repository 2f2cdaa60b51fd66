# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools.domain_name import DomainName
from ..tools.errors import SenderToolError


class MailSenderAddress(models.Model):
    """Answers that go to another domain than the one that mail leaves from.

    No DNS record is needed for that. Who wants to send from there as well gets the
    records of that domain, too.
    """

    _inherit = "mail.sender.address"

    reply_domain = fields.Char(
        compute="_compute_reply_domain",
        compute_sudo=True,
        help="The domain that answers go to, if it is another one.",
    )

    @api.depends(
        lambda self: [*self._get_state_dependencies(), "reply_policy", "reply_to"]
    )
    def _compute_reply_domain(self):
        for address in self:
            name = address.email_normalized and address._get_reply_domain()
            address.reply_domain = name and name.unicode

    def _get_reply_domain(self):
        """The :class:`..tools.domain_name.DomainName`; None where it is the own one."""
        target = email_normalize(self._get_mode().get_reply_address() or "") or ""
        if self.reply_policy == "fixed" and self.reply_to:
            target = email_normalize(self.reply_to) or ""
        try:
            name = DomainName.parse(target.rpartition("@")[2])
        except SenderToolError:
            return None
        is_own = name.ascii == self.email_normalized.rpartition("@")[2]
        return None if is_own or name.is_free_mail else name

    def action_open_reply_domain(self):
        """Open the records of the domain that answers go to, or begin with them."""
        self.ensure_one()
        name = DomainName.parse(self.reply_domain)
        domain = self.env["mail.sender.domain"].search(
            [("address_domain", "=", name.ascii)], limit=1
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Records of the Reply Domain"),
            "res_model": "mail.sender.domain",
            "res_id": domain.id,
            "views": [(False, "form")],
            "context": {
                "default_name": name.unicode,
                "default_company_id": self.company_id.id,
            },
        }
