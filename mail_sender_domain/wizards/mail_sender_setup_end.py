# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from .mail_sender_test import START_CONTEXT


class MailSenderSetup(models.TransientModel):
    """The end: a default sender and its test invoice, or what is still missing."""

    _inherit = "mail.sender.setup"

    blockers = fields.Text(compute="_compute_blockers")
    needs_confirmation = fields.Boolean(compute="_compute_blockers")
    summary = fields.Json(compute="_compute_summary")
    test_email = fields.Char(
        string="Test Invoice To",
        default=lambda self: self.env["mail.sender.test"]._get_default_email_to(),
        help="Address of a mailbox that you can look into.",
    )

    # ------------------------------------------------------------- computes

    @api.depends("address_id", "mode", "step", "problem")
    @api.depends_context("lang")
    def _compute_blockers(self):
        for setup in self:
            blockers = setup._get_mode().get_blockers() if setup.address_id else []
            known = [setup.problem]
            if setup.domain_id:
                # Its records are on the same page, each with what is wrong.
                known += setup.domain_id.sudo()._get_blockers()
            blockers = [text for text in blockers if text not in known]
            setup.blockers = "\n".join(blockers)
            setup.needs_confirmation = (
                bool(setup.address_id) and setup._get_mode().needs_confirmation()
            )

    @api.depends("address_id", "step")
    @api.depends_context("lang")
    def _compute_summary(self):
        for setup in self:
            address = setup.address_id
            setup.summary = address._get_receiver_rows() if address else []

    # ----------------------------------------------------------- concluding

    def _conclude(self):
        """Make the address the default sender, or tell what is still missing."""
        address = self.address_id
        mode = self._get_mode()
        if mode.needs_confirmation() and not self.problem:
            self.problem = self._mail_link()
        if mode.get_blockers():
            self.step = "check"
            return
        if address.mode != self.mode:
            address.mode = self.mode
        address.action_set_default()
        self.step = "done"

    def _mail_link(self):
        """Mail a link to the address, unless that was done before.

        :return: why it could not be mailed, translated; empty when it was
        """
        address = self.address_id
        if address.asked_email == address.email_normalized:
            return ""
        try:
            with self.env.cr.savepoint():
                address.action_send_confirmation()
        except UserError as error:
            return str(error)
        return ""

    def action_confirm(self):
        """Mail a link to the address, and show this record again."""
        self.ensure_one()
        action = self.address_id.action_send_confirmation()
        action["params"]["next"] = self._reopen()
        return action

    # ---------------------------------------------------------------- after

    def action_follow_up(self):
        """Send the test invoice that is offered once the sender is ready."""
        self.ensure_one()
        email = self._parse("test_email")
        action = self.address_id.action_open_test()
        action["context"].update(
            {"default_email_to": email.unicode, START_CONTEXT: True}
        )
        return action
