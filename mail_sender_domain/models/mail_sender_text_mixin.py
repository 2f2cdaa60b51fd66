# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.tools import is_html_empty


class MailSenderTextMixin(models.AbstractModel):
    """Loads the text that a sender address brings along when the user chooses it.

    For models with the fields of ``mail.composer.mixin``.
    """

    _name = "mail.sender.text.mixin"
    _inherit = ["mail.sender.choice.mixin"]
    _description = "Choosing the Sender of a Text"

    def _get_sender_model(self):
        """Name of the model of the documents."""
        raise NotImplementedError

    @api.model
    def _get_text_sources(self):
        """The fields that subject and body are made from, as long as nobody edits."""
        return ["template_id"]

    def _get_typed_body(self):
        """What was typed where no template was loaded."""
        return self.body

    @api.onchange("sender_choice_id")
    def _onchange_sender_choice_id(self):
        """Load the template of the sender; for edited text the widget asks first."""
        template = self._get_sender_template_to_load()
        if template and not self._is_text_edited():
            self.template_id = template

    def _get_sender_template_to_load(self):
        template = self._get_sender_choice()._get_template(self._get_sender_model())
        if template == self.template_id:
            return template[:0]
        return template.with_env(self.env)

    def _is_text_edited(self):
        """Whether subject or body are not what the loaded template gives."""
        self.ensure_one()
        if not self.template_id:
            return not is_html_empty(self._get_typed_body())
        unedited = self.new({name: self[name] for name in self._get_text_sources()})
        return any(
            (self[name] or "") != (unedited[name] or "") for name in ("subject", "body")
        )
