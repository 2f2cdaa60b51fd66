# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models

from .choosing import SENDER_CONTEXT, SenderContext


class MailSenderResolver(models.AbstractModel):
    """Who sends a mail, and in the name of which company."""

    _inherit = "mail.sender.resolver"

    @api.model
    def _get_sender_context(self):
        """What server code passed: a :class:`.choosing.SenderContext`, maybe empty."""
        context = self.env.context.get(SENDER_CONTEXT)
        return context if isinstance(context, SenderContext) else SenderContext()

    @api.model
    def _get_sending_user(self, message=None):
        """Who pressed "send"; empty when the system sends by itself.

        OdooBot acts for others: in the scheduler whoever wrote the message, or started
        the batch, is the one who sent it.

        :param message: a ``mail.message`` in superuser mode, or None
        """
        users = self.env.user
        if user_id := self._get_sender_context().user_id:
            users = users.browse(user_id).exists() + users
        if message is not None:
            users += self._get_writer(message)
        return self._get_person(users)

    @api.model
    def _get_writer(self, message):
        """The colleague who wrote a message, in Odoo or in a mail program; or nobody.

        Its author alone says little: templates name a salesperson for what a customer
        does in the portal.

        :param message: a ``mail.message`` in superuser mode
        """
        users = message.create_uid
        if message.message_type == "email":
            users += message.author_id.main_user_id
        return self._get_person(users)

    @api.model
    def _get_person(self, users):
        """The first one among ``users`` who is a colleague of flesh and blood."""
        return users.filtered(
            lambda user: not user._is_superuser() and user.sudo()._is_internal()
        )[:1]

    @api.model
    def _get_document_companies(self, documents):
        """The company that each document belongs to.

        A document without one may have an alias, as a mailing list does: it belongs to
        the company that alone receives mail on the domain of the alias or, among
        several, to that of whoever made the document.

        :param documents: records of one model, in superuser mode
        :return: id of a document -> ``res.company``, possibly empty
        """
        companies = documents._mail_get_companies(default=False)
        if "alias_domain_id" in documents._fields:
            for document in documents.filtered(lambda doc: not companies[doc.id]):
                receivers = document.alias_domain_id.company_ids
                if len(receivers) > 1:
                    receivers &= document.create_uid.company_id
                if receivers:
                    companies[document.id] = receivers
        return companies

    @api.model
    def _trust_company(self, company, user):
        """The company to send for when no record tells: one that ``user`` may work in.

        Message values and the context, which name companies, come from clients too.
        """
        if user._is_superuser() or company in user.sudo().company_ids:
            return company
        return user.sudo().company_id

    @api.model
    def _is_of_odoobot(self, company, user):
        """Whether nobody named a company: OdooBot acts, and it is its own.

        Scheduled work for a company names it.
        """
        return user._is_superuser() and company == user.sudo().company_id
