# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from odoo.addons.mail_sender_domain.guide_errors import guided_error

from ..modes import LINKED_MODES, MODE_PROVIDERS

#: The page that shows how the company sends.
SETTINGS_PATH = "/odoo/mail-senders"


class MailSenderSetup(models.TransientModel):
    """Links a mailbox on the way from an e-mail to a default sender."""

    _inherit = "mail.sender.setup"

    linked_account = fields.Char(
        string="Account",
        help="Who logs in. It may differ from the address: a shared mailbox, or an "
        "alias of the account.",
    )
    linked_transport = fields.Selection(
        selection=lambda self: self.env["mail.sender.connection"]
        ._fields["transport"]
        ._description_selection(self.env),
        string="Sends Through",
        default="automatic",
    )
    is_login_needed = fields.Boolean(compute="_compute_is_login_needed")
    is_application_needed = fields.Boolean(
        compute="_compute_is_application_needed",
        help="Whether a mode waits for the registration at its provider.",
    )

    @api.depends("address_id", "mode", "step")
    def _compute_is_login_needed(self):
        for setup in self:
            connection = setup.address_id.connection_id
            setup.is_login_needed = (
                setup.mode in MODE_PROVIDERS and not connection._is_open()
            )

    @api.depends("company_id")
    def _compute_is_application_needed(self):
        for setup in self:
            setup.is_application_needed = any(
                mode_class.get_gaps(self.env, setup.company_id)
                for mode_class in LINKED_MODES
            )

    def action_open_applications(self):
        """Open our registrations at the providers, for whom may complete them."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mail_sender_oauth.mail_sender_oauth_application_action"
        )

    @api.model
    def _prepare_details(self, email, address, company):
        connection = address.connection_id
        return {
            **super()._prepare_details(email, address, company),
            "linked_account": connection.login_email or email.unicode,
            "linked_transport": connection.transport or "automatic",
        }

    def action_connect(self):
        """Send the browser to the provider; what follows is done when it is back."""
        self.ensure_one()
        self.address_id.check_access("write")
        connection = self.address_id.connection_id
        if connection.kind == "organization":
            connection.action_connect()
            self._conclude_login()
            return self._reopen()
        return connection._open_login(SETTINGS_PATH, setup=self)

    def _conclude_login(self):
        """Go on after the login, as the button of the last step would."""
        self.problem = False
        self._conclude()

    def _save_gmail(self):
        """Save the address with its mailbox at Google, which need not be linked yet."""
        return self._save_linked()

    def _save_outlook(self):
        """The same at Microsoft."""
        return self._save_linked()

    def _save_linked(self):
        email = self._parse("email")
        account = email_normalize(self.linked_account or "")
        if not account:
            raise guided_error(
                ValidationError,
                self.env._("Account: type the e-mail address of whoever logs in."),
                guide="linked",
            )
        address = self._save_address(self.address_id, email=email.unicode)
        connection = address._provide_connection(MODE_PROVIDERS[self.mode], account)
        if connection.transport != self.linked_transport:
            connection.transport = self.linked_transport
        if address.connection_id != connection:
            address.connection_id = connection
        return address
