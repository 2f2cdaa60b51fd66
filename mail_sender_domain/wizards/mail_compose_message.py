# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

import lxml.html

from odoo import api, models
from odoo.tools import email_normalize

from ..models.choosing import SENDER_CONTEXT, SenderRequest


class MailComposeMessage(models.TransientModel):
    """Carries the chosen sender and the template to what it posts or sends."""

    _name = "mail.compose.message"
    _inherit = ["mail.compose.message", "mail.sender.text.mixin"]

    # ------------------------------------------------------------ what is sent

    def _prepare_mail_values_static(self):
        values = super()._prepare_mail_values_static()
        values.update(
            sender_choice_id=self.sender_choice_id.id,
            sender_template_id=self.template_id.id,
        )
        return values

    def _get_typed_sender(self):
        """The sender address that the user typed as From in mass mode, if any.

        A From that Odoo proposes is no choice.
        """
        proposed = self.template_id.email_from or self.env.user.email_formatted
        is_typed = self.composition_mode == "mass_mail" and self.email_from != proposed
        email = email_normalize(self.email_from or "") if is_typed else ""
        if not email or not self.env["mail.sender.resolver"]._is_configured():
            return self.env["mail.sender.address"]
        return self._get_pickable_senders().filtered(
            lambda address: address.email_normalized == email
        )[:1]

    def _action_send_mail(self, auto_commit=False):
        self = self._for_responsible()
        self._check_sender_choice()
        for composer in self.filtered(lambda composer: not composer.sender_choice_id):
            if typed := composer._get_typed_sender():
                composer.sender_choice_id = typed
        return super()._action_send_mail(auto_commit=auto_commit)

    def _for_responsible(self):
        """Send for whoever is responsible for a mass mailing, and pressed Send.

        The scheduler only does what that person asked for. The addon of mass mailings
        need not be installed.

        :return: ``self``, in the company of that person where it has senders
        """
        resolver = self.env["mail.sender.resolver"]
        if "mass_mailing_id" not in self._fields or not resolver._is_configured():
            return self
        user = resolver._get_person(self.mass_mailing_id.user_id)
        if not user or not self.env.user._is_superuser():
            return self
        context = replace(resolver._get_sender_context(), user_id=user.id)
        composers = self.with_context(**{SENDER_CONTEXT: context})
        if user.company_id.id in resolver._get_company_senders():
            composers = composers.with_company(user.company_id)
        return composers

    def _action_schedule_message(self):
        self._check_sender_choice()
        return super()._action_schedule_message()

    # ------------------------------------------------------------- explanation

    @api.model
    def _get_sender_dependencies(self):
        return [
            *super()._get_sender_dependencies(),
            "author_id",
            "composition_comment_option",
            "composition_mode",
            "email_from",
            "mail_server_id",
            "message_type",
            "model",
            "partner_ids",
            "reply_to",
            "reply_to_force_new",
            "res_domain",
            "res_ids",
            "subtype_id",
            "template_id",
        ]

    def _get_sender_companies(self):
        companies = self._get_companies_of(self._get_sender_documents())
        return self.env["res.company"].union(*companies.values())

    def _get_sender_documents(self):
        """The documents that are written about, as far as the user may read them.

        One query reads the company of all of them.
        """
        documents = self.env.get(self.model or "", self.env["base"])
        if documents._abstract or not documents.has_access("read"):
            return documents
        if self.res_domain:
            domain = self._evaluate_res_domain()
        else:
            domain = [("id", "in", self._evaluate_res_ids())]
            documents = documents.with_context(active_test=False)
        company_field = documents._mail_get_company_field()
        return documents.search_fetch(domain, [company_field or "id"])

    def _prepare_sender_requests(self):
        documents = self._get_sender_documents()
        if self.subtype_is_log or not documents:
            return []
        bound = self.env["ir.mail_server"]._get_bound_server_ids()
        server_id = self.mail_server_id.id or 0
        companies = self._get_companies_of(documents)
        reply_tos = self._get_sender_reply_tos(documents, companies)
        user = self._get_sender_user()
        is_internal = self._is_sender_message_internal(documents)
        return [
            SenderRequest(
                company_id=companies[document.id].id,
                email_from=self.email_from or "",
                reply_to=reply_tos[document.id] or "",
                mail_server_id=0 if server_id in bound else server_id,
                user_id=user.id or 0,
                writer_id=self.env.uid,
                is_internal=is_internal,
                template_id=self.template_id.id or 0,
                model=documents._name,
                res_id=document.id,
            )
            for document in documents
        ]

    def _is_sender_message_internal(self, documents):
        """Whether only colleagues receive it; several documents have customers."""
        if self.composition_mode != "comment" or len(documents) != 1:
            return False
        values = {
            "author_id": self.author_id.id,
            "message_type": self.message_type
            if self.model_is_thread
            else "user_notification",
            "partner_ids": self.partner_ids.ids,
            "subtype_id": self.subtype_id.id,
        }
        return self._is_sender_internal(
            documents, values, notify_skip_followers=self.notify_skip_followers
        )

    def _get_sender_reply_tos(self, documents, companies):
        """The Reply-To that Odoo proposes for each document, by id."""
        is_single = self.composition_mode == "comment" and not self.composition_batch
        if self.reply_to and (is_single or self.reply_to_force_new):
            return dict.fromkeys(documents.ids, self.reply_to)
        thread = self.env["mail.thread"]
        if self.composition_mode == "comment" and not self.model_is_thread:
            [proposed] = thread._notify_get_reply_to(
                default=self.email_from, author_id=self.author_id.id
            ).values()
            return {
                id_: thread._get_sender_reply_to(proposed, company)
                for id_, company in companies.items()
            }
        return documents._notify_get_reply_to_batch(
            defaults=dict.fromkeys(documents.ids, self.email_from),
            author_ids=dict.fromkeys(documents.ids, self.author_id.id),
        )

    # -------------------------------------------------------------------- text

    def _get_sender_model(self):
        return self.model

    @api.model
    def _get_text_sources(self):
        return [
            *super()._get_text_sources(),
            "composition_mode",
            "message_type",
            "model",
            "parent_id",
            "res_domain",
            "res_ids",
            "subtype_id",
        ]

    def _get_typed_body(self):
        """Without the signature that the chatter puts below what was typed."""
        if not self.body:
            return ""
        body = lxml.html.fragment_fromstring(self.body, create_parent="div")
        for signature in body.find_class("o-signature-container"):
            signature.drop_tree()
        return lxml.html.tostring(body, encoding="unicode")
