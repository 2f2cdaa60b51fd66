# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..guide_errors import guided_error


class MailSenderChoiceMixin(models.AbstractModel):
    """Shows from where mail will leave, and lets the user choose another sender.

    A model that sends inherits from it, says about what it writes (the two methods
    that are not implemented here), and passes ``sender_choice_id`` on to what it sends.
    """

    _name = "mail.sender.choice.mixin"
    _description = "Choosing the Sender"

    sender_choice_id = fields.Many2one(
        "mail.sender.address",
        string="Leaves From",
        help="The sender address that the user chose. Empty: what the rules say.",
    )
    sender_explanation = fields.Json(compute="_compute_sender_explanation")

    # ------------------------------------------------------------------- hooks

    def _get_sender_companies(self):
        """The companies in whose name the mail leaves, as far as the user sees them."""
        raise NotImplementedError

    def _prepare_sender_requests(self):
        """What choosing has to know of each mail, as nothing was chosen.

        :return: list of :class:`.choosing.SenderRequest`; none where no
            mail leaves, and none about what the user may not read
        """
        raise NotImplementedError

    @api.model
    def _get_sender_dependencies(self):
        """The fields that decide from where the mail leaves."""
        return ["sender_choice_id"]

    def _get_sender_user(self):
        """Who presses "send"; empty when nobody does."""
        return self.env["mail.sender.resolver"]._get_sending_user()

    def _get_sender_template_to_load(self):
        """The mail template that the chosen sender brings along; empty for none."""
        return self.env["mail.template"]

    # ------------------------------------------------------------- explanation

    @api.depends(lambda self: self._get_sender_dependencies())
    @api.depends_context("lang", "uid")
    def _compute_sender_explanation(self):
        for record in self:
            record.sender_explanation = record._explain_sender()

    def _explain_sender(self):
        """What the widget ``mail_sender_choice`` shows; False where Odoo decides.

        :return: dictionary of ``default`` (the sender without a choice), ``choices``
            (which may be chosen instead: ids and labels), ``groups`` (as of
            ``mail.sender.explainer._summarise``, with a ``title`` where there are
            several mails), ``template`` (id and name of what would replace text that
            the user has edited, or False) and possibly ``text`` (a sentence on the
            text that the sender brings along)
        """
        self.ensure_one()
        if not self.env["mail.sender.resolver"]._is_configured():
            return False
        requests = self._prepare_sender_requests()
        explainer = self.env["mail.sender.explainer"]
        groups = explainer._summarise(requests)
        if not any(group.get("email_from") for group in groups):
            return False
        is_single = len(requests) == 1
        default_id = groups[0]["address_id"] if is_single else False
        explanation = {
            "default": groups[0]["email_from"]
            if is_single
            else self.env._("As the rules say"),
            "choices": self._prepare_sender_options(default_id),
        }
        if choice := self._get_sender_choice():
            requests = [replace(request, choice_id=choice.id) for request in requests]
            groups = explainer._summarise(requests)
        if not is_single:
            groups = [
                {**group, "title": self._get_group_title(group)} for group in groups
            ]
        template = self._get_sender_template_to_load()
        return {
            **explanation,
            "groups": groups,
            "template": bool(template)
            and {"id": template.id, "name": template.display_name},
        }

    def _prepare_sender_options(self, default_id):
        """The senders that may be chosen and can send now.

        :param default_id: id of the address that sends without a choice, or False
        """
        pickable = self._get_pickable_senders()
        ready = pickable.filtered(
            lambda address: address == self.sender_choice_id
            or (address.state == "ready" and address.id != default_id)
        )
        return [
            {"id": address.id, "label": f"{address.name} <{address.email}>"}
            for address in ready
        ]

    def _get_group_title(self, group):
        """Say how many mails leave from where."""
        if not group.get("email_from"):
            return self.env._(
                "%(count)s: Odoo decides, the company has no sender address",
                count=group["count"],
            )
        return self.env._(
            "%(count)s from %(email_from)s",
            count=group["count"],
            email_from=group["email_from"],
        )

    # ------------------------------------------------------------------ choice

    def _get_pickable_senders(self):
        """The addresses that may be chosen, in superuser mode."""
        self.ensure_one()
        ids = self.env["mail.sender.resolver"]._get_pickable(
            self._get_sender_companies(), self._get_sender_user()
        )
        return self.env["mail.sender.address"].sudo().browse(ids)

    def _get_sender_choice(self):
        """The chosen address, if it may be chosen, in superuser mode."""
        self.ensure_one()
        if not self.sender_choice_id:
            return self.sender_choice_id
        return self._get_pickable_senders().filtered(
            lambda address: address.id == self.sender_choice_id.id
        )

    @api.constrains("sender_choice_id")
    def _check_sender_choice(self):
        """Refuse a sender that the user may not choose for these documents.

        :raise ValidationError: it does not name the address, which may be secret
        """
        for record in self.filtered("sender_choice_id"):
            if not record._get_sender_choice():
                raise guided_error(
                    ValidationError,
                    self.env._(
                        "From: you cannot send this from the chosen address. Choose "
                        "one of those that are offered."
                    ),
                    guide="rules",
                )

    @api.model
    def default_get(self, fields):
        """Tell no name of an address that the context proposes and one may not see."""
        values = super().default_get(fields)
        resolver = self.env["mail.sender.resolver"]
        if not resolver._may_name(
            values.get("sender_choice_id"), resolver._get_sending_user()
        ):
            values.pop("sender_choice_id", None)
        return values

    @api.model
    def _get_companies_of(self, documents):
        """The company that mail about each document leaves in the name of, by id."""
        companies = self.env["mail.sender.resolver"]._get_document_companies(
            documents.sudo()
        )
        return {id_: company or self.env.company for id_, company in companies.items()}

    @api.model
    def _is_sender_internal(self, document, message_vals, **kwargs):
        """Whether a message on a document would reach colleagues only.

        :param message_vals: values of the message that recipients depend on
        :param kwargs: as of ``_notify_get_recipients``
        """
        thread = document
        if not isinstance(document, self.env.registry["mail.thread"]):
            thread = self.env["mail.thread"]
        recipients = thread._notify_get_recipients(
            self.env["mail.message"], message_vals, **kwargs
        )
        return bool(recipients) and not any(data["share"] for data in recipients)
