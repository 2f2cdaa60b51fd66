# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from email.utils import getaddresses

from odoo import api, models


class MailSenderExplainer(models.AbstractModel):
    """Tells people from where mail will leave, and why, before it is sent."""

    _name = "mail.sender.explainer"
    _description = "Mail Sender Explainer"

    @api.model
    def _explain(self, requests):
        """Choose and dress as sending would, and put it into words.

        :param requests: list of :class:`.choosing.SenderRequest`
        :return: list of dictionaries of plain values, in the same order; empty for
            mail whose sender Odoo decides on. The keys: ``address_id`` and
            ``wanted_id`` (ids or False), ``email_from``, ``reply_to``,
            ``envelope_from``, ``server``, ``mode``, ``reason`` (one line: why),
            ``skipped`` (what came first and was passed over: sentences),
            ``verdict`` and ``verdict_text`` (what receivers make of it), ``held``
            (why it would wait: a text, or empty)
        """
        choices = self.env["mail.sender.resolver"]._choose(requests)
        return self._describe(list(zip(requests, choices, strict=True)))

    @api.model
    def _summarise(self, requests):
        """Explain many mails, what is the same for several of them once.

        :param requests: as of ``_explain``
        :return: list of dictionaries as of ``_explain`` that also have a ``count``, the
            most frequent first; what Odoo decides on has no other key
        """
        choices = self.env["mail.sender.resolver"]._choose(requests)
        counts = Counter(
            (replace(request, res_id=0), choice)
            for request, choice in zip(requests, choices, strict=True)
        )
        totals = Counter()
        for count, facts in zip(
            counts.values(), self._describe(list(counts)), strict=True
        ):
            totals[json.dumps(facts)] += count
        return [
            {**json.loads(facts), "count": count}
            for facts, count in totals.most_common()
        ]

    @api.model
    def _describe(self, pairs):
        """Dress mails whose sender is chosen, and put it into words.

        :param pairs: list of pairs: a request and its
            :class:`.choosing.SenderChoice`
        :return: as of ``_explain``
        """
        requests = [request for request, _choice in pairs]
        choices = [choice for _request, choice in pairs]
        dresses = self.env["mail.sender.dresser"]._prepare_dresses(requests, choices)
        return [
            self._put_into_words(request, choice, dress) if dress else {}
            for request, choice, dress in zip(requests, choices, dresses, strict=True)
        ]

    @api.model
    def _put_into_words(self, request, choice, dress):
        """Describe one mail; see ``_explain``."""
        addresses = self.env["mail.sender.address"].sudo()
        address = addresses.browse(dress.get("sender_address_id") or ())
        server = self.env["ir.mail_server"].sudo()
        server = server.browse(dress.get("mail_server_id") or ())
        return {
            "address_id": address.id,
            "wanted_id": dress.get("sender_wanted_id") or False,
            "email_from": self._get_readable(
                dress.get("email_from") or request.email_from
            ),
            "reply_to": self._get_readable(dress.get("reply_to") or request.reply_to),
            "envelope_from": address._get_mode().get_envelope_from() if address else "",
            "server": server.name or "",
            "mode": address._get_mode().get_label(self.env) if address else "",
            "reason": self._get_reason(choice, dress),
            "skipped": self.env["mail.sender.log"]._get_skip_sentences(choice.skipped),
            "verdict": address.verdict or "",
            "verdict_text": address._get_verdict_label() if address else "",
            "held": dress.get("failure_reason") or "",
        }

    @api.model
    def _get_readable(self, header):
        """The addresses of a header without the quotation marks that it needs."""
        addresses = [
            f"{name} <{email}>" if name else email
            for name, email in getaddresses([header])
            if email
        ]
        return ", ".join(addresses) or header

    @api.model
    def _get_reason(self, choice, dress):
        """One line on why a mail leaves from its sender."""
        reason = dress["sender_reason"]
        return self.env["mail.sender.log"]._get_step(reason, choice.rule_id)
