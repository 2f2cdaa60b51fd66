# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, models
from odoo.fields import Domain

from .choosing import SenderChoice, SenderRequest, Skip
from .mail_sender_dresser import Roads

#: Mail with one of these reasons was dressed by whoever made it.
DRESSED_REASONS = ("gateway_bounce", "system_notice")


class MailMail(models.Model):
    """Mail that waits is dressed again: proof and servers change meanwhile."""

    _inherit = "mail.mail"

    def _dress_before_sending(self, closed=()):
        """Dress again what waits: proof and servers may have changed since creation.

        :param closed: mails among these whose own road must not be tried again
        """
        waiting = self.filtered(
            lambda mail: mail.state in ("outgoing", "held")
            and mail.sender_reason not in DRESSED_REASONS
        )
        forwards = waiting.filtered(lambda mail: mail.sender_reason == "relay_forward")
        forwards._dress_forwards()
        waiting -= forwards
        facts = waiting.filtered(lambda mail: not mail.sender_reason)._get_facts()
        requests = [
            mail._prepare_stored_request(**facts.get(mail.id, {})) for mail in waiting
        ]
        choices = self.env["mail.sender.resolver"]._choose(requests)
        choices = [
            SenderChoice(0, "system_road", skipped=mail._get_unreachable())
            if mail in closed
            else mail._keep_choice(request, choice)
            for mail, request, choice in zip(waiting, requests, choices, strict=True)
        ]
        dresses = self.env["mail.sender.dresser"]._prepare_dresses(requests, choices)
        for mail, request, dress in zip(waiting, requests, dresses, strict=True):
            if not dress and mail.sender_reason:
                dress.update(mail._prepare_orphan_dress(request))
            if dress:
                dress.setdefault("state", "outgoing")
                dress.setdefault("failure_reason", False)
                # What an earlier attempt met says nothing about the next one.
                dress["failure_type"] = False
                if dress["state"] == "held":
                    dress["sender_unreached_since"] = False
                    dress["sender_waits_until"] = False
                dress["record_company_id"] = request.company_id
                dress["sender_user_id"] = request.user_id
                dress["is_sender_internal"] = request.is_internal
        waiting._write_dresses(dresses)

    def _dress_forwards(self):
        """Look again whether the relay addresses of forwarded mail can send.

        Their mail keeps its From and its Reply-To, which name whoever wrote it.
        """
        dresses = []
        for mail in self.sudo():
            address = mail.sender_address_id
            blockers = (
                address._get_blockers()
                if address
                else [self.env._("Its relay address was removed. Cancel the mail.")]
            )
            server = address._get_mode().get_mail_server() if address else address
            dresses.append(
                {
                    "mail_server_id": server.id,
                    "state": "held" if blockers else "outgoing",
                    "failure_reason": "\n".join(blockers),
                    "failure_type": False,
                }
            )
        self._write_dresses(dresses)

    def _get_unreachable(self):
        """The address whose road was just found closed, as choosing notes it."""
        self.ensure_one()
        mail = self.sudo()
        skip = Skip(
            mail.sender_address_id.id,
            "unreachable",
            mail.sender_reason,
            mail.sender_rule_id.id or 0,
        )
        return (skip,)

    def _prepare_stored_request(self, **facts):
        """What choosing has to know of a mail that waits.

        :param facts: what is not stored: as of :meth:`_get_facts`
        :return: a :class:`.choosing.SenderRequest`
        """
        self.ensure_one()
        mail = self.sudo()
        request = SenderRequest(
            company_id=mail.record_company_id.id,
            email_from=mail.email_from or "",
            reply_to=mail.reply_to or "",
            # What dressing chose itself is nobody's wish.
            mail_server_id=mail.mail_server_id.id
            if mail.sender_reason in (False, "forced_server")
            else 0,
            system_kind=mail.sender_system_kind or "",
            user_id=mail.sender_user_id.id or 0,
            writer_id=mail.mail_message_id.create_uid.id,
            is_internal=mail.is_sender_internal,
            choice_id=mail.sender_choice_id.id or 0,
            template_id=mail.sender_template_id.id or 0,
            model=mail.model or "",
            res_id=mail.res_id or 0,
        )
        return replace(request, **facts)

    def _get_facts(self):
        """Find out what is stored only once a mail was dressed.

        Some mails pass neither hook at creation, as those of mailing lists do; others
        were made when their company had no sender.

        :return: id of a mail -> values of a
            :class:`.choosing.SenderRequest`
        """
        resolver = self.env["mail.sender.resolver"]
        vals_list = [
            {
                "model": mail.model,
                "res_id": mail.res_id,
                "recipient_ids": mail.recipient_ids.ids,
                "email_to": mail.email_to,
                "email_cc": mail.email_cc,
            }
            for mail in self.sudo()
        ]
        companies = {
            (records._name, id_): company
            for records in self._get_records(vals_list)
            for id_, company in resolver._get_document_companies(records).items()
        }
        facts = {}
        for mail, is_internal in zip(
            self.sudo(), self._get_internal_vals(vals_list), strict=True
        ):
            message = mail.mail_message_id
            given = mail.record_company_id or self.env.company
            company = companies.get(
                (mail.model, mail.res_id)
            ) or resolver._trust_company(given, message.create_uid)
            facts[mail.id] = {
                "company_id": company.id,
                "user_id": resolver._get_writer(message).id or 0,
                "is_internal": is_internal,
            }
        return facts

    def _prepare_orphan_dress(self, request):
        """What a mail wears whose sender address is gone and that has no other."""
        company = self.env["res.company"].sudo().browse(request.company_id)
        if request.system_kind:
            return self.env["mail.sender.dresser"]._prepare_system_dress(
                request, SenderChoice(), Roads(self.env(su=True))
            )
        return {
            "state": "held",
            "failure_reason": self.with_context(lang=company.partner_id.lang).env._(
                "Its sender address was removed and %(company)s has no default sender. "
                "Choose one, or cancel the mail.",
                company=company.display_name,
            ),
        }

    def _keep_choice(self, request, choice):
        """Prefer the sender chosen at creation, as long as the company may use it."""
        self.ensure_one()
        mail = self.sudo()
        address = mail.sender_wanted_id or mail.sender_address_id
        company = self.env["res.company"].browse(request.company_id)
        if address and not address._get_skip_code() and address._is_usable_by(company):
            return SenderChoice(
                address.id,
                mail.sender_reason,
                mail.sender_rule_id.id,
                tuple(Skip(*skip) for skip in mail.sender_skipped or ()),
            )
        return choice

    @api.model
    def _cron_release(self):
        """Try held mails again: whose road is open now goes back into the queue."""
        held = self.sudo().search(self._get_due_domain())
        held = held.try_lock_for_update(allow_referencing=True)
        held._dress_before_sending()
        if held.filtered(lambda mail: mail.state == "outgoing"):
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _dress_waiting(self, addresses=None, companies=None):
        """Dress anew what waits for these addresses or in these companies.

        Held mails whose road is open now go back into the queue.
        """
        domain = Domain("state", "=", "outgoing") | self._get_due_domain()
        if addresses is not None:
            companies = addresses.sudo().company_id
            domain &= (
                Domain("sender_address_id", "in", addresses.ids)
                | Domain("sender_wanted_id", "in", addresses.ids)
                | (
                    Domain("state", "=", "held")
                    & Domain("record_company_id", "child_of", companies.ids)
                )
            )
        else:
            domain &= Domain("record_company_id", "child_of", companies.ids) & Domain(
                "sender_reason", "!=", False
            )
        # A mail that is being handed over at this moment stays as it is.
        waiting = self.sudo().search(domain)
        waiting = waiting.try_lock_for_update(allow_referencing=True)
        held = waiting.filtered(lambda mail: mail.state == "held")
        waiting._dress_before_sending()
        if held.filtered(lambda mail: mail.state == "outgoing"):
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
