# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.http import Controller, request, route


class GuideController(Controller):
    """The guide that the screens link to, in the language of its reader."""

    @route("/mail-sender/guide", type="http", auth="user", methods=["GET"])
    def show(self):
        """Show the guide; each of its parts has an anchor."""
        return request.render("mail_sender_domain.guide_page")
