# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging

from odoo import Command, api, models
from odoo.tools import (
    email_normalize,
    formataddr,
    html_sanitize,
    parse_contact_from_email,
)
from odoo.tools.mail import (
    decode_message_header,
    email_normalize_all,
    email_split_and_format,
)

from ..tools import forwarding

_logger = logging.getLogger(__name__)

#: Where Odoo's gateway notes recipients.
RECIPIENT_KEYS = ("recipients", "to", "to_filtered", "cc", "cc_filtered")


class MailThread(models.AbstractModel):
    """Mail to relay addresses is forwarded to those who answer for them."""

    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        self._note_received(message_dict)
        # Whom a bounce is about, Odoo knows.
        if not message_dict.get("is_bounce"):
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
        """The relay addresses among the recipients whose mail is forwarded.

        There are none where this Odoo does not receive for them, or nobody reads it.
        """
        addresses = self.env["mail.sender.address"].sudo()
        if not self.env["mail.sender.platform"]._get_platform().receives_relay_mail:
            return addresses
        recipients = email_normalize_all(message_dict.get("recipients") or "")
        relays = addresses.search(
            [("mode", "=", "relay"), ("email_normalized", "in", recipients)]
        )
        return relays.filtered(lambda relay: relay._get_forward_target())

    @api.model
    def _remove_relay_recipients(self, message_dict, relays):
        """Take relay addresses off the recipients, in place.

        :return: whether others are left
        """
        own = set(relays.mapped("email_normalized"))
        for name in RECIPIENT_KEYS:
            emails = email_split_and_format(message_dict.get(name) or "")
            others = [email for email in emails if email_normalize(email) not in own]
            message_dict[name] = ",".join(others)
        return bool(message_dict["recipients"])

    @api.model
    def _forward_to_company(self, relay, message, message_dict):
        """Pass a mail on from a relay address to where its answers go.

        It leaves from the relay address, so that it is proven; answers go to whoever
        wrote it.

        :param relay: one ``mail.sender.address``
        """
        if reason := self._get_forward_refusal(relay, message, message_dict):
            _logger.info(
                "Mail %s to the relay address %s is not forwarded: %s",
                message_dict["message_id"],
                relay.email_normalized,
                reason,
            )
            return
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(self._prepare_forward(relay, message, message_dict))
        )
        mail._log_senders()
        # The wire carries the Message-ID of the received mail, and the log outlives
        # the mail: it tells what was forwarded already.
        logs = self.env["mail.sender.log"].sudo()
        logs.search([("mail_mail_id", "=", mail.id)]).message_id = message_dict[
            "message_id"
        ]
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _get_forward_refusal(self, relay, message, message_dict):
        """Why a mail is not forwarded, for the log; empty when it is."""
        if relay.email_normalized in forwarding.get_trace(message):
            return "it was forwarded from there before"
        if forwarding.is_machine_reply(message):
            return "a program answered"
        email_from = email_normalize(message_dict["email_from"])
        if email_from in (relay.email_normalized, relay._get_forward_target()):
            return "it comes from where it would go"
        known = (
            self.env["mail.sender.log"]
            .sudo()
            .search_count(
                [
                    ("message_id", "=", message_dict["message_id"]),
                    ("sender_address_id", "=", relay.id),
                    ("reason", "=", "relay_forward"),
                ],
                limit=1,
            )
        )
        return "it was received twice" if known else ""

    @api.model
    def _prepare_forward(self, relay, message, message_dict):
        """Values of the ``mail.mail`` that passes a received mail on."""
        trace = [*forwarding.get_trace(message), relay.email_normalized]
        headers = {forwarding.TRACE_HEADER: ", ".join(trace)}
        if kind := decode_message_header(message, "Auto-Submitted"):
            headers["Auto-Submitted"] = kind
        return {
            "subject": _one_line(message_dict.get("subject") or ""),
            "body_html": html_sanitize(message_dict.get("body") or ""),
            "author_id": False,
            "email_from": self._get_forward_from(relay, message_dict["email_from"]),
            "email_to": relay._get_forward_target(),
            "reply_to": _one_line(
                decode_message_header(message, "Reply-To", separator=",")
                or message_dict["email_from"]
            ),
            "headers": repr(headers),
            "attachment_ids": [
                Command.create(
                    {
                        "name": "message.eml",
                        "raw": forwarding.keep(message),
                        "mimetype": forwarding.CONTENT_TYPE,
                    }
                )
            ],
            "record_company_id": relay.company_id.id,
            "sender_address_id": relay.id,
            "sender_reason": "relay_forward",
            "mail_server_id": relay._get_mode().get_mail_server().id,
            "auto_delete": True,
        }

    @api.model
    def _get_forward_from(self, relay, email_from):
        """The relay address under the name of whoever wrote.

        :param email_from: of the received mail
        """
        name, email = parse_contact_from_email(email_from)
        sender = self.env._(
            "%(sender)s via %(company)s",
            sender=_one_line(name or email or email_from),
            company=relay.name,
        )
        return formataddr((sender, relay.email_normalized))


def _one_line(text):
    """Take out of a decoded header what no header may have."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
