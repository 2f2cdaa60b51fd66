# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
from functools import partial

import psycopg2

from odoo import api, fields, models
from odoo.modules.registry import Registry
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from ..tools.dkim import generate_private_key, public_record
from ..tools.dkim_signer import DkimSigner
from ..tools.domain_name import DomainName
from ..tools.expected_records import key_alias
from ..tools.key_rotation import NOTED, Key, Stage

_logger = logging.getLogger(__name__)


class MailSenderDkimKey(models.Model):
    """A selector and key pair with which mail of one domain is signed."""

    _name = "mail.sender.dkim.key"
    _description = "DKIM Key"
    _order = "domain_id, id"
    _rec_name = "selector"

    # A selector that points to the platform gets one key after the other.
    _unique_selector = models.UniqueIndex(
        "(domain_id, selector) WHERE stage != 'retired'",
        "A domain uses each selector once.",
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
        [("rsa", "RSA"), ("ed25519", "Ed25519")],
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
    stage_since = fields.Datetime(
        string="Since",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: fields.Datetime.now(),
    )
    published_since = fields.Datetime(
        string="Record Seen Since",
        readonly=True,
        copy=False,
        help="Empty: the last check that got an answer did not find the record.",
    )
    last_signature = fields.Datetime(
        readonly=True, copy=False, help="Noted at most once a day, to cost nothing."
    )
    is_reserve = fields.Boolean(
        readonly=True,
        copy=False,
        help="Waits, published already, until another key is a year old.",
    )
    is_alias = fields.Boolean(
        string="Published by the Platform",
        readonly=True,
        copy=False,
        help="The domain has an alias to the platform, which publishes the key.",
    )
    is_zone_stale = fields.Boolean(
        readonly=True,
        copy=False,
        help="The zone of the platform has to be changed for this key.",
    )
    asked_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When somebody was last asked to publish the record.",
    )
    public_record = fields.Text(readonly=True, help="Value of the DNS record.")
    host = fields.Char(compute="_compute_host", help="Full name of the DNS record.")
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

    @api.depends("selector", "domain_id.name_ascii")
    def _compute_host(self):
        for key in self:
            key.host = f"{key.selector}._domainkey.{key.domain_id.name_ascii}"

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
        for key, private_key in zip(keys, private_keys, strict=True):
            key._set_private_key(private_key)
        keys.domain_id.sudo()._sync_records()
        return keys

    def unlink(self):
        domains = self.domain_id.sudo()
        aliases = [key._get_alias() for key in self if key.is_alias]
        result = super().unlink()
        if aliases:
            platform = self.env["mail.sender.platform"]._get_platform()
            platform.sudo()._forget_key_aliases(aliases)
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

    # --------------------------------------------------------- the private key

    def _adopt_private_key(self, private_key):
        """Be another key pair, which somebody has already.

        :param private_key: in PEM, of the key's algorithm
        """
        self.ensure_one()
        self._set_private_key(private_key)
        self.public_record = str(public_record(private_key))
        self.domain_id.sudo()._sync_records()

    def _set_private_key(self, private_key):
        """Store the private key in PEM; None deletes it."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET private_key = %s WHERE id = ANY(%s)",
                SQL.identifier(self._table),
                private_key,
                list(self.ids),
            ),
            # A query that fails is logged with its values.
            log_exceptions=False,
        )

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

    # ---------------------------------------------------------------- its life

    def _prepare_rotation(self):
        """What :mod:`..tools.key_rotation` has to know of this key."""
        self.ensure_one()
        return Key(
            selector=self.selector,
            stage=Stage(self.stage),
            since=self.stage_since,
            published_since=self.published_since or None,
            last_signature=self.last_signature or None,
            algorithm=self.algorithm,
            is_reserve=self.is_reserve,
        )

    def _get_alias(self):
        """Where the platform publishes this key; empty when the domain does."""
        self.ensure_one()
        if not self.is_alias:
            return ""
        zone = self.env["mail.sender.platform"]._get_platform().key_zone
        return key_alias(
            self.selector,
            DomainName.parse(self.domain_id.name_ascii),
            DomainName.parse(zone),
        )

    def _move(self, stage):
        """Enter another stage; a key that is retired never signs again.

        :param stage: a :class:`..tools.key_rotation.Stage`
        """
        self.write(
            {
                "stage": stage.value,
                "stage_since": fields.Datetime.now(),
                "is_reserve": False,
                "is_zone_stale": self.is_alias and stage is Stage.RETIRED,
                "asked_on": False,
            }
        )
        if stage is Stage.RETIRED:
            self._set_private_key(None)

    def _note_signature(self):
        """Note, once a day and in a transaction of its own, that this key signs.

        A mail that was sent stays sent: nothing in its transaction may fail for this.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if self.last_signature and now - self.last_signature < NOTED:
            return
        note = partial(_note_signature, self.env.cr.dbname, self.id, now)
        self.env.cr.postcommit.add(note)
        self.env.cr.postrollback.add(note)


def _note_signature(dbname, key_id, now):
    """Store when a key signed, unless somebody else just did."""
    query = """
        UPDATE mail_sender_dkim_key
           SET last_signature = %(now)s
         WHERE id = %(key)s
           AND (last_signature IS NULL OR last_signature <= %(before)s)
    """
    try:
        with Registry(dbname).cursor() as cr:
            values = {"now": now, "key": key_id, "before": now - NOTED}
            cr.execute(query, values, log_exceptions=False)
    except psycopg2.OperationalError:
        # Somebody else changes the key at this moment; the next session notes it.
        _logger.debug("The signature was not noted", exc_info=True)
    except Exception:
        # There is nobody to raise to.
        _logger.exception("The signature could not be noted")
