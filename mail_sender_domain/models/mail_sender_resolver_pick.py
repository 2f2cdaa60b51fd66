# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models

from .choosing import Candidate, SenderRequest


class MailSenderResolver(models.AbstractModel):
    """What a person may choose while sending."""

    _inherit = "mail.sender.resolver"

    @api.model
    def _get_pickable(self, companies, user):
        """The addresses that a user may choose for mail of all these companies.

        :param companies: ``res.company`` records
        :param user: one ``res.users``, or none: nobody chooses nothing
        :return: list of ids
        """
        known = self._get_company_senders()
        if not companies or not all(id_ in known for id_ in companies.ids):
            return []
        addresses = self._get_address_facts()
        requests = [SenderRequest(id_, user_id=user.id or 0) for id_ in companies.ids]
        return [
            address_id
            for address_id in addresses
            if not any(
                self._get_skip_code(
                    Candidate(address_id, "explicit"),
                    request,
                    known[request.company_id],
                    addresses,
                )
                for request in requests
            )
        ]

    @api.model
    def _may_name(self, address_id, user):
        """Whether an address belongs to a company that a user works in, or its parents.

        Of any other one, the user must not even learn the name.

        :param address_id: id of an address, whether it exists or not
        :param user: one ``res.users``, or none
        """
        if not address_id or not user:
            return False
        facts = self._get_address_facts().get(address_id)
        known = self._get_company_senders()
        return bool(facts) and any(
            facts.company_ids.intersection(known[id_].lineage)
            for id_ in user.sudo()._get_company_ids()
            if id_ in known
        )

    @api.model
    def _may_pick(self, facts, user_id, senders):
        """Whether a user may choose an address while sending.

        :param facts: the :class:`.choosing.AddressFacts`
        :param user_id: id of the user; 0 is nobody, who chooses nothing
        :param senders: the :class:`.choosing.CompanySenders` of the mail's company
        """
        user = self.env["res.users"].sudo().browse(user_id or ())
        if senders.policies["sender_choosing"] != "yes":
            return False
        if not user or not user._is_internal():
            return False
        if not set(user._get_company_ids()).intersection(senders.lineage):
            return False
        if facts.user_id:
            return facts.user_id == user_id
        if not (facts.picker_user_ids or facts.picker_group_ids):
            return True
        return user_id in facts.picker_user_ids or bool(
            facts.picker_group_ids.intersection(user._get_group_ids())
        )
