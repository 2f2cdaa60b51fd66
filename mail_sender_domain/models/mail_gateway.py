# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging

from odoo import api, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_normalize_all

_logger = logging.getLogger(__name__)

#: Marks what was forwarded, so that it is never forwarded again.
FORWARDED_HEADER = "X-Mail-Sender-Forwarded"


class MailThread(models.AbstractModel):
    """Mail to relay addresses is forwarded to those who answer for them."""

    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        self._note_received(message_dict)
        relays = self._get_relay_recipients(message_dict)
        for relay in relays:
            self._forward_to_company(relay, message, message_dict)
        if relays and not self._remove_relay_recipients(message_dict, relays):
            return []
        return super().message_route(
            message,
            message_dict,
            model=model,
            thread_id=thread_id,
            custom_values=custom_values,
        )

    @api.model
    def _note_received(self, message_dict):
        """Remember that Odoo receives mail for the alias domains of the recipients."""
        recipients = email_normalize_all(message_dict.get("recipients") or "")
        names = {email.rpartition("@")[2] for email in recipients}
        domains = self.env["mail.alias.domain"].sudo()
        domains.search(
            [("name", "in", list(names)), ("has_received", "=", False)]
        ).has_received = True

    @api.model
    def _get_relay_recipients(self, message_dict):
        """The relay addresses among the recipients, if this Odoo receives for them."""
        addresses = self.env["mail.sender.address"].sudo()
        if not self.env["mail.sender.platform"]._get_platform().receives_relay_mail:
            return addresses
        recipients = email_normalize_all(message_dict.get("recipients") or "")
        return addresses.search(
            [("mode", "=", "relay"), ("email_normalized", "in", recipients)]
        )

    @api.model
    def _remove_relay_recipients(self, message_dict, relays):
        """Take relay addresses off the recipients, in place.

        :return: whether others are left
        """
        own = set(relays.mapped("email_normalized"))
        for name in ("recipients", "to"):
            emails = email_normalize_all(message_dict.get(name) or "")
            others = [email for email in emails if email not in own]
            message_dict[name] = ",".join(others)
        return bool(message_dict["recipients"])

    @api.model
    def _forward_to_company(self, relay, message, message_dict):
        """Pass a mail on from a relay address to where its answers go.

        It leaves from the relay address, so that it is proven; answers go to whoever
        wrote it.

        :param relay: one ``mail.sender.address``
        """
        target = email_normalize(relay._get_mode().get_reply_address())
        is_loop = (
            message.get(FORWARDED_HEADER)
            or (message.get("Auto-Submitted") or "no").lower() != "no"
            or email_normalize(message_dict["email_from"])
            in (target, relay.email_normalized)
        )
        if is_loop or not target:
            _logger.info(
                "Mail %s to the relay address %s is not forwarded: %s",
                message_dict["message_id"],
                relay.email_normalized,
                "it would go round in a loop" if is_loop else "nobody reads it",
            )
            return
        self.env["mail.mail"].sudo().create(
            {
                **self._prepare_forward(relay, message_dict),
                "email_to": target,
            }
        )

    @api.model
    def _prepare_forward(self, relay, message_dict):
        """Values of the ``mail.mail`` that passes a received mail on."""
        mode = relay._get_mode()
        return {
            "subject": message_dict.get("subject"),
            "body_html": message_dict.get("body"),
            "author_id": False,
            "email_from": mode.get_email_from(),
            "reply_to": message_dict["email_from"],
            "headers": repr(
                {FORWARDED_HEADER: relay.email_normalized, "Auto-Submitted": "no"}
            ),
            "attachment_ids": [
                (
                    0,
                    0,
                    {
                        "name": attachment.fname,
                        "raw": attachment.content
                        if isinstance(attachment.content, bytes)
                        else str(attachment.content).encode(),
                    },
                )
                for attachment in message_dict.get("attachments") or ()
            ],
            "record_company_id": relay.company_id.id,
            "sender_address_id": relay.id,
            "sender_reason": "relay_forward",
            "mail_server_id": mode.get_mail_server().id,
            "auto_delete": True,
        }
