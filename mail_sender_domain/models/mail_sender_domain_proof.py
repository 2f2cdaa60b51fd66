# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import models

from ..tools.domain_state import DomainState, may_send

#: Local part of the return path of a company that has no bounce alias.
BOUNCE_LOCAL_PART = "bounce"


class MailSenderDomain(models.Model):
    """What the proof of a sending domain means for mail that leaves from it."""

    _inherit = "mail.sender.domain"

    def _may_send(self):
        """Whether mail may leave from this domain now; False for an empty record."""
        return bool(self) and may_send(DomainState(self.state))

    def _was_verified(self):
        """Whether the domain was verified at some time; False for an empty record."""
        return bool(self) and self.state not in ("draft", "pending")

    def _is_signed(self):
        """Whether mail of this domain is signed in its name."""
        return self.layout != "spf_only"

    def _has_return_path(self):
        """Whether bounces return to a host below this domain."""
        return self.layout != "spf_only"

    def _needs_confirmation(self):
        """Whether each address has to be confirmed, beside the proof of the domain.

        An SPF include is published by whoever sends for a domain, and who has a
        subdomain need not have the main domain: neither proves an address of it.
        """
        return self.layout != "return_path"

    def _get_signing_keys(self):
        """The keys whose signatures receivers can verify now."""
        if not self._is_signed():
            return self.key_ids[:0]
        return self.sudo().key_ids.filtered(lambda key: key.stage == "active")

    def _get_blockers(self):
        """Why mail may not leave from this domain now: translated sentences."""
        self.ensure_one()
        blockers = []
        if not self._may_send():
            blockers.append(
                self.env._(
                    "The DNS records of %(domain)s are not verified. Open the domain, "
                    "publish its records and press Check now.",
                    domain=self.name,
                )
            )
        elif self._is_signed() and not self._get_signing_keys():
            blockers.append(
                self.env._(
                    "%(domain)s has no active DKIM key. Publish the DKIM record and "
                    "press Check now on the domain.",
                    domain=self.name,
                )
            )
        if self._is_alignment_strict():
            blockers.append(
                self.env._(
                    "The DMARC policy of %(domain)s accepts signatures of that very "
                    "domain only (adkim=s and aspf=s), not those of a subdomain. Add "
                    "%(domain)s itself as a sending domain.",
                    domain=self.address_domain,
                )
            )
        return blockers

    def _is_alignment_strict(self):
        """Whether the DMARC policy of the main domain refuses what a subdomain proves.

        RFC 7489 section 3.1: in strict mode the domains have to be the same.
        """
        if self.layout != "subdomain" or not self.dmarc_texts:
            return False
        record = self._get_dmarc_facts().dmarc.record
        return bool(record) and record.strict_dkim and record.strict_spf

    def _get_bounce_address(self, company):
        """The envelope sender of a company's mail from this domain."""
        local_part = company.alias_domain_id.bounce_alias or BOUNCE_LOCAL_PART
        return f"{local_part}@{self.return_path_host}"

    def _get_sender_addresses(self):
        """All addresses whose mail leaves on the strength of one of these domains."""
        addresses = self.env["mail.sender.address"].sudo()
        relays = addresses.browse()
        platform = self.env["mail.sender.platform"]._get_platform()
        if platform.relay_domain_id in self:
            relays = addresses.search([("mode", "=", "relay")])
        return self.sudo().address_ids | relays

    def _get_grace(self):
        """How long a verified domain still sends after its records went wrong.

        :rtype: datetime.timedelta
        """
        platform = self.env["mail.sender.platform"]._get_platform()
        lineage = self.sudo().company_id.parent_ids[::-1]
        policies = self.env["mail.sender.resolver"]._get_policies([*lineage, platform])
        return timedelta(hours=policies["sender_grace_hours"])
