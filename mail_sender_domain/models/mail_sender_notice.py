# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import Command, api, models, tools
from odoo.tools import email_normalize, formataddr


class MailSenderNotice(models.AbstractModel):
    """Mail that this system sends about sending mail, in its own name.

    It never leaves from an address that it is about: that one may not be proven, or its
    road may be blocked.
    """

    _name = "mail.sender.notice"
    _description = "Notice on Sending Mail"

    @api.model
    def _queue(self, company, subject, paragraphs, lines=()):
        """Tell something to the confirmed e-mail of a company, if it has one.

        :param company: one ``res.company``
        :param subject: translated
        :param paragraphs: translated sentences
        :param lines: of a list below them
        :return: whether it has one
        """
        company = company.sudo()
        if not (email := company._get_sender_notice_email()):
            return False
        body = self._render(
            "mail_sender_domain.company_notice",
            company,
            email,
            {"paragraphs": paragraphs, "lines": lines},
        )
        self.env["mail.mail"].sudo().create(
            self._prepare_mail(company, email, subject, body)
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return True

    @api.model
    def _send(self, company, email, subject, body, reply_to="", attachments=()):
        """Send a mail right away and forget it, as it may hold a secret.

        :param attachments: objects with ``name``, ``content`` and ``mimetype``
        :return: why it could not be sent, in the words of the server; empty when it was
        """
        vals = self._prepare_mail(company, email, subject, body, reply_to)
        vals["attachment_ids"] = [
            Command.create(
                {"name": each.name, "raw": each.content, "mimetype": each.mimetype}
            )
            for each in attachments
        ]
        mail = self.env["mail.mail"].sudo().create(vals)
        files = mail.attachment_ids
        mail.send()
        mail = mail.exists()
        failure = ""
        if mail.state == "exception":
            failure = mail.failure_reason or self.env._("No mail server took it.")
        mail.unlink()
        files.exists().unlink()
        return failure

    @api.model
    def _prepare_mail(self, company, email, subject, body, reply_to=""):
        """Values of a ``mail.mail`` that is dressed for the platform's road.

        :param company: one ``res.company``, about whose mail it is
        :param email: who receives it
        """
        company = company.sudo()
        road = self._prepare_road(company, email)
        return {
            **road,
            "subject": subject,
            "body_html": body,
            "author_id": False,
            "email_to": email,
            "reply_to": reply_to or road["email_from"],
            "headers": repr({"Auto-Submitted": "auto-generated"}),
            "record_company_id": company.id,
            "sender_reason": "system_notice",
            "auto_delete": True,
        }

    @api.model
    def _prepare_road(self, company, email):
        """Which From, server and relay address a notice takes: proven, or stock Odoo's.

        :param email: who receives it, and can hence not be who sends it
        """
        relay = self.env["mail.sender.address"].sudo()._get_relay(company)
        if relay and not relay._get_blockers():
            mode = relay._get_mode()
            return {
                "sender_address_id": relay.id,
                "email_from": mode.get_email_from(),
                "mail_server_id": mode.get_mail_server().id,
            }
        server = self.env["mail.sender.platform"]._get_platform().mail_server_id
        return {
            "sender_address_id": False,
            "email_from": self._get_stock_from(company, server, email),
            "mail_server_id": server.id,
        }

    @api.model
    def _get_stock_from(self, company, server, email):
        """The address that Odoo itself has on a server, under the company's name.

        :param server: one ``ir.mail_server``, or none
        :param email: which address it must not be
        """
        proposals = [
            company.default_from_email,
            *(server.from_filter or "").split(","),
            server.smtp_user,
            tools.config.get("email_from"),
            self.env.ref("base.partner_root").sudo().email,
        ]
        candidates = map(email_normalize, filter(None, proposals))
        found = next((each for each in candidates if each and each != email), "")
        return formataddr((company.name, found)) if found else ""

    @api.model
    def _render(self, template, company, email, values, description=""):
        """Render a mail in the usual look of Odoo's mails.

        :param template: XML id of the QWeb template of its body
        :param company: whose name and contact data stand below it
        :param email: what stands above it
        :param description: what that is; empty: an e-mail address
        """
        company = company.sudo()
        body = self.env["ir.qweb"]._render(
            template, {"company": company, "email": email, **values}
        )
        return self.env["mail.render.mixin"]._render_encapsulate(
            "mail.mail_notification_light",
            body,
            add_context={
                "company": company,
                "model_description": description or self.env._("E-mail Address"),
                "record_name": email,
            },
        )
