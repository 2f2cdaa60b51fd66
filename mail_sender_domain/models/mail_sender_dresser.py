# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import email_normalize


class Roads:
    """The roads that the mails of one batch may take, each looked at once.

    :param env: environment in superuser mode
    """

    def __init__(self, env):
        self._addresses = env["mail.sender.address"]
        self._modes = {}
        self._blockers = {}
        self._relays = {}

    def get_mode(self, address_id):
        """Return the :class:`..modes.base.SenderMode` of an address."""
        if address_id not in self._modes:
            address = self._addresses.browse(address_id)
            self._modes[address_id] = address._get_mode()
        return self._modes[address_id]

    def get_blockers(self, address_id):
        """Return why the road of an address is closed: sentences.

        They are stored on mail, so they are in the language of its company and not of
        whoever presses a button.
        """
        if address_id not in self._blockers:
            address = self._addresses.browse(address_id)
            lang = address.company_id.partner_id.lang
            mode = address.with_context(lang=lang)._get_mode()
            self._blockers[address_id] = mode.get_blockers()
        return self._blockers[address_id]

    def get_relay_id(self, company_id):
        """Return the id of the relay address of a company; 0 when it cannot send."""
        if company_id not in self._relays:
            company = self._addresses.env["res.company"].browse(company_id)
            address_id = self._addresses._get_relay(company).id
            is_open = address_id and not self.get_blockers(address_id)
            self._relays[company_id] = address_id if is_open else 0
        return self._relays[company_id]


class MailSenderDresser(models.AbstractModel):
    """Gives each mail its From, Reply-To and server: step DRESS of one e-mail's way."""

    _name = "mail.sender.dresser"
    _description = "Mail Sender Dresser"

    @api.model
    def _prepare_dresses(self, requests, choices):
        """What each mail wears, as the mode of its sender address gives it.

        :param requests: list of :class:`.choosing.SenderRequest`
        :param choices: list of :class:`.choosing.SenderChoice`
        :return: list of ``mail.mail`` values, empty where nothing changes
        """
        self = self.sudo()
        roads = Roads(self.env)
        senders = self.env["mail.sender.resolver"]._get_company_senders()
        return [
            self._prepare_dress(request, choice, senders.get(request.company_id), roads)
            for request, choice in zip(requests, choices, strict=True)
        ]

    @api.model
    def _prepare_dress(self, request, choice, senders, roads):
        """What one mail wears; see ``_prepare_dresses``.

        :param senders: the :class:`.choosing.CompanySenders`, or None
        :param roads: the :class:`Roads` of the batch
        """
        if not choice.reason or not senders:
            return {}
        if not choice.address_id:
            if choice.reason == "system_road":
                return self._prepare_system_dress(request, choice, roads)
            return self._prepare_kept_dress(choice)
        blockers = roads.get_blockers(choice.address_id)
        if blockers and request.system_kind:
            return self._prepare_system_dress(request, choice, roads)
        address_id = choice.address_id
        if blockers and self._may_relay(senders):
            address_id = roads.get_relay_id(request.company_id) or address_id
        mode = roads.get_mode(address_id)
        is_relayed = address_id != choice.address_id
        dress = {
            "sender_address_id": address_id,
            "sender_wanted_id": choice.address_id if is_relayed else False,
            "sender_reason": choice.reason,
            "sender_rule_id": choice.rule_id,
            "sender_skipped": self._prepare_skipped(choice),
            "email_from": self._get_email_from(request, senders, mode),
            "reply_to": self._get_reply_to(request, choice, senders, mode, roads),
            "mail_server_id": mode.get_mail_server().id,
        }
        if blockers and not is_relayed:
            dress.update(state="held", failure_reason="\n".join(blockers))
        return dress

    @api.model
    def _get_email_from(self, request, senders, mode):
        """Value of the From header, with the name of the user where the policy says."""
        user = self.env["res.users"].browse(request.user_id or ())
        if senders.policies["sender_name_policy"] == "user" and user:
            return mode.get_email_from(f"{user.name} - {mode.address.name}")
        return mode.get_email_from()

    @api.model
    def _may_relay(self, senders):
        """Whether mail of a blocked road may leave from the relay address instead."""
        policies = senders.policies
        return policies["sender_blocked_policy"] == "relay" and not senders.is_strict

    @api.model
    def _prepare_kept_dress(self, choice):
        """What a mail wears that keeps the server and the From that Odoo proposes."""
        return {
            "sender_address_id": False,
            "sender_wanted_id": False,
            "sender_rule_id": False,
            "sender_reason": choice.reason,
            "sender_skipped": self._prepare_skipped(choice),
        }

    @api.model
    def _prepare_system_dress(self, request, choice, roads):
        """What a system mail wears that does not take the road of its company.

        It leaves from the relay address, which is proven. Without one it leaves through
        the server of the platform in the company's own name: somebody who cannot log in
        needs it even so.

        :param roads: the :class:`Roads` of the batch
        """
        platform = self.env["mail.sender.platform"]._get_platform()
        company = self.env["res.company"].sudo().browse(request.company_id)
        relay_id = roads.get_relay_id(request.company_id)
        is_closed = any(
            skip.address_id == relay_id and skip.code == "unreachable"
            for skip in choice.skipped
        )
        dress = {
            "sender_address_id": False,
            "sender_wanted_id": False,
            "sender_rule_id": False,
            "sender_reason": "system_road",
            "sender_skipped": self._prepare_skipped(choice),
            "mail_server_id": platform.mail_server_id.id,
        }
        if relay_id and not is_closed:
            mode = roads.get_mode(relay_id)
            dress.update(
                sender_address_id=relay_id,
                email_from=mode.get_email_from(),
                mail_server_id=mode.get_mail_server().id,
            )
            if not request.reply_to:
                dress["reply_to"] = mode.get_reply_address()
        elif email_from := company.default_from_email or company.email_formatted:
            dress["email_from"] = email_from
        return dress

    @api.model
    def _prepare_skipped(self, choice):
        """What came first and was passed over, as it is stored; False for none."""
        return [list(skip) for skip in choice.skipped] or False

    # ---------------------------------------------------------------- Reply-To

    @api.model
    def _get_reply_to(self, request, choice, senders, mode, roads):
        """Value of the Reply-To header.

        An alias of the document, or an address that somebody asked for, stays. What
        would go to the From that Odoo proposes, or to a catch-all, goes where the
        policy says: into the document only by a catch-all that was seen to receive.

        :param mode: of the address that the mail leaves from
        """
        proposed = request.reply_to
        normalized = email_normalize(proposed) if proposed else ""
        is_from = normalized == email_normalize(request.email_from)
        catchalls = self._get_catchalls()
        if normalized and not is_from and normalized not in catchalls:
            return proposed
        wanted = roads.get_mode(choice.address_id)
        policy = wanted.address.reply_policy or senders.policies["sender_reply_policy"]
        if policy == "document" and catchalls.get(normalized):
            return proposed
        if any(skip.code == "strict" for skip in choice.skipped):
            return request.email_from
        if policy == "fixed":
            fixed = wanted.address.reply_to or senders.reply_to
            if fixed:
                return fixed
        if policy == "user" and (email := self._get_user_email(request.user_id)):
            return email
        return wanted.get_reply_address() or mode.get_reply_address()

    @api.model
    def _get_user_email(self, user_id):
        """The formatted e-mail of a colleague; empty for anybody else."""
        user = self.env["res.users"].browse(user_id or ())
        if user and user._is_internal() and user.email_normalized:
            return user.email_formatted
        return ""

    @api.model
    @tools.ormcache()
    def _get_catchalls(self):
        """Map the catch-all address of each alias domain to whether mail to that domain
        was seen to reach Odoo, so that answers find their document."""
        domains = self.env["mail.alias.domain"].sudo().search(Domain.TRUE)
        return {
            domain.catchall_email: domain.has_received
            for domain in domains
            if domain.catchall_email
        }
