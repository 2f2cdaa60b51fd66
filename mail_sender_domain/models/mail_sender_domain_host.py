# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models

from ..tools.domain_name import DomainName, registered_name
from ..tools.record_form import FormStyle


class MailSenderDomain(models.Model):
    """Who keeps the records of a sending domain, and how they are typed there."""

    _inherit = "mail.sender.domain"

    def _get_dns_zone(self):
        """The zone in which the records have to be published.

        :rtype: ..tools.domain_name.DomainName
        """
        self.ensure_one()
        return DomainName.parse(registered_name(self.name_ascii, private=False))

    def _get_form_style(self):
        """How the DNS host wants records typed in.

        :rtype: ..tools.record_form.FormStyle
        """
        return FormStyle()

    def _get_dns_host_name(self):
        """Who keeps the zone; empty when nobody knows."""
        return ""
