# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .live import stream


class DomainCheckController(http.Controller):
    """Checks sending domains, and tells of each record while it happens."""

    @http.route(
        "/mail_sender/check/<int:domain_id>",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def check(self, domain_id, **_kwargs):
        """Ask DNS about a ``mail.sender.domain``.

        :param domain_id: its id
        :return: see ``live.stream`` and, for what it tells,
            ``mail.sender.domain._run_live``
        """
        domain = request.env["mail.sender.domain"].browse(domain_id)
        try:
            events = domain._run_live()
        except UserError as error:
            events = [domain._prepare_refusal(error)]
        return stream(events)
