# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.fields import Domain


class MailMail(models.Model):
    """Whose mail it is that OdooBot makes for others."""

    _inherit = "mail.mail"

    @api.model
    def _get_companies_of_people(self, vals_list):
        """The company of the people that each mail is from or for.

        Odoo takes that of OdooBot for what belongs to no company, such as the contacts
        of a mailing list.

        :param vals_list: creation values
        :return: list of ``res.company``, in the same order: that of the author, else
            that of those who receive it; empty unless they are colleagues, of one
            company
        """
        addressees = [self._get_addressees(vals) for vals in vals_list]
        author_ids = {vals.get("author_id") or 0 for vals in vals_list}
        partner_ids = author_ids.union(*(ids for ids, _emails in addressees))
        emails = {email for _ids, emails in addressees for email in emails}
        users = self.env["res.users"].sudo()
        users = users.search(
            Domain("share", "=", False)
            & Domain("id", "!=", self.env.uid)
            & (
                Domain("partner_id", "in", list(partner_ids))
                | Domain("email_normalized", "in", list(emails))
            )
        )
        by_partner = {user.partner_id.id: user for user in users}
        by_email = {user.email_normalized: user for user in users}
        companies = []
        for vals, (ids, mail_emails) in zip(vals_list, addressees, strict=True):
            people = [by_partner.get(vals.get("author_id"))]
            if not people[0]:
                people = [by_partner.get(id_) for id_ in ids]
                people += [by_email.get(email) for email in mail_emails]
            company = self.env["res.company"]
            if all(people):
                company = company.union(*(user.company_id for user in people))
            companies.append(company if len(company) == 1 else company.browse())
        return companies
