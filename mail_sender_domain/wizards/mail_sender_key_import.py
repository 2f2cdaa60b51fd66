# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error
from ..texts import error_text
from ..tools.dkim_import import KeyImportError, import_key
from ..tools.domain_name import DomainName
from ..tools.errors import DomainNameError


class MailSenderKeyImport(models.TransientModel):
    """Takes over a DKIM key that somebody made elsewhere.

    To save this record is to import the key: the private key is stored there and
    nowhere else, and whatever is wrong with it leaves nothing behind. Keys belong to
    the system administrator; managers of senders rotate those that are made here.
    """

    _name = "mail.sender.key.import"
    _description = "Import of a DKIM Key"
    _inherit = ["mail.sender.input"]

    domain_id = fields.Many2one(
        "mail.sender.domain", required=True, readonly=True, ondelete="cascade"
    )
    selector = fields.Char(
        required=True,
        help="Name under which the key is published: what stands before ._domainkey.",
    )
    private_key = fields.Text(
        compute="_compute_private_key",
        inverse="_inverse_private_key",
        help="In PEM format, without a password. Is stored and never shown again.",
    )

    def _compute_private_key(self):
        self.private_key = False

    def _inverse_private_key(self):
        for wizard in self:
            wizard._import_key(wizard.private_key or "")
        # Whoever reads the record next does not get what was typed.
        self.invalidate_recordset(["private_key"])

    @api.constrains("selector", "domain_id")
    def _check_selector(self):
        for wizard in self:
            wizard._parse_selector()

    def action_import(self):
        """Go back to the domain: saving this record has imported the key."""
        return {"type": "ir.actions.act_window_close"}

    def _import_key(self, text):
        """Give the domain the key that somebody pasted, pending.

        A new key that nobody has published makes room for it.

        :raise ValidationError: naming the field and the mend, never any part of the key
        """
        self.domain_id.check_access("write")
        try:
            imported = import_key(text)
        except KeyImportError as error:
            raise guided_error(
                ValidationError,
                self.env._(
                    "Private Key: %(reason)s", reason=error_text(self.env, error)
                ),
                guide="keys",
            ) from None
        selector = self._parse_selector()
        domain = self.domain_id.sudo()
        domain.key_ids.filtered(
            lambda key: key.stage == "pending"
            and key.algorithm == imported.algorithm
            and not (key.published_since or key.is_reserve)
        ).unlink()
        key = domain.key_ids.create(
            {
                "domain_id": domain.id,
                "selector": selector,
                "algorithm": imported.algorithm,
            }
        )
        key._adopt_private_key(imported.private_pem)
        domain._message_log(
            body=domain.env._(
                "The DKIM key %(selector)s was imported.", selector=selector
            )
        )

    def _parse_selector(self):
        """Return the selector in lower-case A-labels.

        :raise ValidationError: naming the field and the mend
        """
        self.ensure_one()
        domain = self.domain_id.sudo()
        try:
            typed = (self.selector or "").strip()
            host = DomainName.parse(f"{typed}.{domain.name_ascii}")
        except DomainNameError as error:
            raise guided_error(
                ValidationError,
                self.env._("Selector: %(reason)s", reason=error_text(self.env, error)),
                guide="keys",
            ) from error
        selector = host.ascii.removesuffix(f".{domain.name_ascii}")
        if selector in domain._get_living_keys().mapped("selector"):
            raise guided_error(
                ValidationError,
                self.env._(
                    "Selector: %(domain)s has a key %(selector)s already. Type the "
                    "selector under which this key is published.",
                    domain=domain.name,
                    selector=selector,
                ),
                guide="keys",
            )
        return selector
