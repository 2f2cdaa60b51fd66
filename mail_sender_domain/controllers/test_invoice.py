# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .live import stream


class TestInvoiceController(http.Controller):
    """Sends test invoices, and tells each step while it happens."""

    @http.route(
        "/mail_sender/test_invoice/<int:test_id>",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def send(self, test_id, **_kwargs):
        """Send the test invoice of a ``mail.sender.test``.

        :param test_id: its id
        :return: see ``live.stream`` and, for what it tells,
            ``mail.sender.test._run_live``
        """
        test = request.env["mail.sender.test"].browse(test_id)
        try:
            events = test._run_live(test._prepare_message())
        except UserError as error:
            events = [test._prepare_refusal(error)]
        return stream(events)
