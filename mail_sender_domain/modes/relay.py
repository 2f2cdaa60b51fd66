# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo.tools import email_normalize, formataddr

from ..tools.alignment import Road
from .base import Fit, Rank, SenderMode


class RelayMode(SenderMode):
    """Mail leaves from an address of the platform's relay domain, signed by its key.

    Nothing has to be set up for it; answers go to an address of the company.
    """

    key = "relay"
    uses_platform = True
    guide_section = "relay"

    @classmethod
    def get_label(cls, env):
        return env._("Relay address")

    @classmethod
    def get_summary(cls, env):
        return env._(
            "Mail leaves from an address of this system under your name, and answers "
            "come to you: ready at once, with nothing to set up."
        )

    @classmethod
    def get_gaps(cls, env, company):
        platform = env["mail.sender.platform"]._get_platform()
        if platform.relay_domain_id:
            return []
        return [
            env._(
                "There is no relay domain yet. Ask the system administrator to set one "
                "on the sending platform."
            )
        ]

    @classmethod
    def get_fit(cls, env, company, email):
        fit = super().get_fit(env, company, email)
        domain = env["mail.sender.platform"]._get_platform().relay_domain_id
        if not fit.rank:
            return fit
        if email.domain.ascii == domain.name_ascii:
            return Fit(
                Rank.READY,
                env._("%(email)s is a relay address.", email=email.unicode),
            )
        if email.domain.is_free_mail:
            return Fit(
                Rank.SUITABLE,
                env._(
                    "Nobody but %(domain)s can prove mail from it. A relay address is "
                    "ready at once, and answers come to %(email)s.",
                    domain=email.domain.unicode,
                    email=email.unicode,
                ),
            )
        return fit

    @classmethod
    def get_example_email(cls, env, company):
        addresses = env["mail.sender.address"].sudo()
        own = addresses.search(
            [("mode", "=", cls.key), ("company_id", "=", company.id)], limit=1
        )
        return own.email or addresses._propose_relay_email(company)

    def get_mend_action(self):
        if not self.env.user.has_group("base.group_system"):
            return None
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mail_sender_domain.mail_sender_platform_action"
        )

    def get_blockers(self):
        if gaps := self.get_gaps(self.env, self.address.company_id):
            return gaps
        if problems := self.check_address():
            return problems
        return self._get_domain()._get_blockers()

    def was_proven(self):
        return not self.check_address() and self._get_domain()._was_verified()

    def check_address(self):
        domain = self._get_domain()
        name = self.address.email_normalized.rpartition("@")[2]
        if not domain or domain.name_ascii == name:
            return []
        return [
            self.env._(
                "%(email)s is not an address of the relay domain. Choose one that ends "
                "in @%(domain)s.",
                email=self.address.email,
                domain=domain.name,
            )
        ]

    def _get_domain(self):
        return self._get_platform().relay_domain_id

    def get_reply_address(self):
        """The address that the company chose for answers, else its own e-mail."""
        address = self.address
        email = email_normalize(address.reply_to or address.company_id.email or "")
        return formataddr((address.name, email)) if email else ""

    def get_receiving_text(self):
        email, target = self.address.email, self.address._get_forward_target()
        if not target:
            return self.env._(
                "Nobody reads answers, nor mail to %(email)s. Type a reply address, or "
                "give the company an e-mail.",
                email=email,
            )
        if self._get_platform().receives_relay_mail:
            return self.env._(
                "Answers go to %(target)s. Mail to %(email)s itself is forwarded "
                "there.",
                target=target,
                email=email,
            )
        return self.env._(
            "Answers go to %(target)s. Mail that somebody writes to %(email)s itself "
            "reaches nobody, because this system does not receive mail for it.",
            target=target,
            email=email,
        )

    def get_envelope_from(self):
        domain = self._get_domain()
        if not domain:
            return super().get_envelope_from()
        return domain._get_bounce_address(self.address.company_id)

    def get_mail_server(self):
        return self._get_platform().mail_server_id

    def get_dkim_keys(self):
        return self._get_domain()._get_signing_keys()

    def get_alignment_road(self, facts):
        domain = self._get_domain()
        if not domain:
            return Road(facts.domain)
        road = super().get_alignment_road(facts)
        return replace(road, spf_authorises=domain._may_send() or None)
