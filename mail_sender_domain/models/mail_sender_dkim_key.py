# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from ..tools.dkim import generate_private_key, public_record
from ..tools.dkim_signer import DkimSigner


class MailSenderDkimKey(models.Model):
    """A selector and key pair with which mail of one domain is signed."""

    _name = "mail.sender.dkim.key"
    _description = "DKIM Key"
    _order = "domain_id, id"
    _rec_name = "selector"

    _unique_selector = models.Constraint(
        "UNIQUE(domain_id, selector)", "A domain uses each selector once."
    )

    domain_id = fields.Many2one(
        "mail.sender.domain", required=True, index=True, ondelete="cascade"
    )
    selector = fields.Char(
        required=True,
        readonly=True,
        help="Name under which the public key is published: selector._domainkey.domain",
    )
    algorithm = fields.Selection(
        [("rsa", "RSA 2048"), ("ed25519", "Ed25519")],
        required=True,
        default="rsa",
        help="RSA is understood everywhere. Ed25519 (RFC 8463) is shorter; receivers "
        "that do not know it need an RSA key beside it.",
    )
    stage = fields.Selection(
        [
            ("pending", "Pending"),
            ("active", "Active"),
            ("retiring", "Retiring"),
            ("retired", "Retired"),
        ],
        required=True,
        default="pending",
        readonly=True,
        help="Pending: waiting for its DNS record. Active: signs. Retiring: no longer "
        "signs, still published. Retired: its record may be removed.",
    )
    public_record = fields.Text(readonly=True, help="Value of the DNS record.")
    # The column private_key is no field: nothing that evaluates expressions on records,
    # such as mail templates, reaches it.

    def init(self):
        result = super().init()
        if not column_exists(self.env.cr, self._table, "private_key"):
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ADD COLUMN private_key text",
                    SQL.identifier(self._table),
                )
            )
        return result

    @api.model_create_multi
    def create(self, vals_list):
        private_keys = [
            generate_private_key(vals.get("algorithm") or "rsa") for vals in vals_list
        ]
        keys = super().create(
            [
                self._prepare_key_vals(vals, private_key)
                for vals, private_key in zip(vals_list, private_keys, strict=True)
            ]
        )
        self.flush_model()
        for key, private_key in zip(keys, private_keys, strict=True):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET private_key = %s WHERE id = %s",
                    SQL.identifier(self._table),
                    private_key,
                    key.id,
                ),
                # A query that fails is logged with its values.
                log_exceptions=False,
            )
        keys.domain_id.sudo()._sync_records()
        return keys

    def unlink(self):
        domains = self.domain_id.sudo()
        result = super().unlink()
        domains._sync_records()
        return result

    def _prepare_key_vals(self, vals, private_key):
        """Return ``vals`` with a public key and a selector nobody uses yet."""
        return {
            **vals,
            "selector": vals.get("selector") or self._get_next_selector(vals),
            "public_record": str(public_record(private_key)),
            "stage": "pending",
        }

    @api.model
    def _get_next_selector(self, vals):
        """Return a selector that the domain has never used: odoo1, odoo2 ..."""
        domain = self.env["mail.sender.domain"].sudo().browse(vals["domain_id"])
        used = set(domain.key_ids.mapped("selector"))
        number = len(used) + 1
        while f"odoo{number}" in used:
            number += 1
        return f"odoo{number}"

    def _get_signer(self):
        """Return the signer of this key; parses the key, so keep the result.

        :rtype: ..tools.dkim_signer.DkimSigner
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT private_key FROM %s WHERE id = %s",
                SQL.identifier(self._table),
                self.id,
            )
        )
        [private_key] = self.env.cr.fetchone()
        return DkimSigner(self.domain_id.name_ascii, self.selector, private_key)
