# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import dataclass

from odoo import api, models, tools
from odoo.fields import Domain

#: Context key under which server code passes a :class:`SenderContext`.
SENDER_CONTEXT = "mail_sender"


@dataclass(frozen=True)
class SenderContext:
    """What server code knows of mails that are about no record.

    A client can put anything into a context, but no instance of this class.

    :ivar company_id: id of the company in whose name they leave
    :ivar is_system: see :class:`SenderRequest`
    """

    company_id: int
    is_system: bool = False


@dataclass(frozen=True)
class SenderRequest:
    """One mail as choosing and dressing see it.

    :ivar company_id: id of the company in whose name the mail leaves
    :ivar email_from: the From that Odoo proposes
    :ivar reply_to: the Reply-To that Odoo proposes, possibly empty
    :ivar is_system: a login, password reset or security mail, which is never held
    """

    company_id: int
    email_from: str = ""
    reply_to: str = ""
    is_system: bool = False


@dataclass(frozen=True)
class SenderChoice:
    """The sender chosen for one mail, and why.

    :ivar address_id: id of the ``mail.sender.address``; 0 when nothing applies and
        Odoo's own behaviour stays
    :ivar reason: a value of ``mail.mail.sender_reason``, or an empty text
    """

    address_id: int = 0
    reason: str = ""


class MailSenderResolver(models.AbstractModel):
    """Chooses the sender address of each mail: step CHOOSE of the way of one e-mail.

    Addons extend ``_choose``: they answer for the requests they know about and hand
    the others to ``super()``.
    """

    _name = "mail.sender.resolver"
    _description = "Mail Sender Resolver"

    @api.model
    def _is_configured(self):
        """Whether any company has a default sender; costs no query once known."""
        return bool(self._get_default_senders())

    @api.model
    @tools.ormcache()
    def _is_in_use(self):
        """Whether mail may have been dressed: there is a sender address at all."""
        addresses = self.env["mail.sender.address"].sudo()
        return bool(addresses.with_context(active_test=False).search([], limit=1))

    @api.model
    def _choose(self, requests):
        """Choose a sender for each request, at the same cost for one as for many.

        :param requests: list of :class:`SenderRequest`
        :return: list of :class:`SenderChoice`, in the same order
        """
        defaults = self._get_default_senders()
        return [
            SenderChoice(defaults[request.company_id], "company_default")
            if request.company_id in defaults
            else SenderChoice()
            for request in requests
        ]

    @api.model
    def _get_sender_context(self):
        """The :class:`SenderContext` that server code passed, or None."""
        context = self.env.context.get(SENDER_CONTEXT)
        return context if isinstance(context, SenderContext) else None

    @api.model
    def _trust_company(self, company, user):
        """The company to send for when no record tells: one that ``user`` may work in.

        Message values and the context, which name companies, come from clients too.
        """
        if user._is_superuser() or company in user.sudo().company_ids:
            return company
        return user.sudo().company_id

    @api.model
    @tools.ormcache()
    def _get_default_senders(self):
        """Map company ids to the id of their own or nearest inherited default sender.

        Companies without one are left out: for them nothing changes. Archived and
        never proven addresses are passed over.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        own = {
            company.id: company.sender_address_id.id
            for company in companies.search([("sender_address_id", "!=", False)])
            if company.sender_address_id.active
            and company.sender_address_id._is_usable_by(company)
            and company.sender_address_id._was_proven()
        }
        if not own:
            return {}
        senders = {}
        for company in companies.search(Domain.TRUE):
            # parent_ids names the root first and the company itself last.
            lineage = reversed(company.parent_ids.ids)
            if nearest := next((own[id_] for id_ in lineage if id_ in own), 0):
                senders[company.id] = nearest
        return senders
