# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models

from odoo.addons.mail_sender_domain.tools.smtp_dialogue import Report
from odoo.addons.mail_sender_domain.tools.smtp_refusal import Refusal, Stage

from ..session import MailboxPause
from ..texts import provider_error_text


class MailSenderTest(models.TransientModel):
    """A test invoice that leaves by the interface of a provider."""

    _inherit = "mail.sender.test"

    def _send(self, message, on_step):
        """There is no mail server to look at: access is asked for, and it is used."""
        server = self._get_server()
        connection = server._get_sender_connection()
        if not connection or connection._get_transport() != "api":
            return super()._send(message, on_step)
        report = Report(on_step)
        servers = self.env["ir.mail_server"].sudo()
        email = self.address_id.email_normalized
        account = connection.account_email
        try:
            report.begin(Stage.LOGIN, user=account)
            session = servers._connect__(mail_server_id=server.id, smtp_from=email)
            report.succeed(Stage.LOGIN, user=account)
            report.begin(Stage.MESSAGE)
            servers.send_email(message, smtp_session=session)
            report.succeed(Stage.MESSAGE, "message_taken")
        except Exception as error:  # noqa: BLE001 whatever it was is told
            report.fail(report.stage, self._explain(error, report.stage))
        return report.steps

    @api.model
    def _explain(self, error, stage):
        if isinstance(error, MailboxPause):
            detail = provider_error_text(self.env, error.error)
            return Refusal("unexpected", {"detail": detail})
        return super()._explain(error, stage)
