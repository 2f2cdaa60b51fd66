# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from ..tools.alignment import Road
from .base import SenderMode


class OwnDomainMode(SenderMode):
    """Mail leaves through the platform's server and the domain's records prove it.

    By default the envelope sender lies on a return-path subdomain, so that SPF aligns
    without touching the SPF record of the domain itself (relaxed alignment, RFC 7489
    section 3.1.2); DKIM aligns by signing with the domain of the From address.

    In the weaker layout "SPF only" the envelope sender is the address itself and
    nothing is signed: SPF alone proves the mail, and bounces go to the mailbox.
    """

    key = "domain"
    follows_company = True

    @classmethod
    def get_label(cls, env):
        return env._("Own domain")

    @classmethod
    def get_summary(cls, env):
        return env._(
            "Mail leaves from your own address and is signed in the name of your "
            "domain. Its administrator publishes a few DNS records once."
        )

    def get_blockers(self):
        domain = self._get_domain()
        if not domain:
            return [
                self.env._(
                    "%(domain)s is not among the sending domains of %(company)s. Add "
                    "it under Sending Domains, or have its owner share it.",
                    domain=self.address.email_normalized.rpartition("@")[2],
                    company=self.address.company_id.display_name,
                )
            ]
        blockers = domain._get_blockers()
        if self.needs_confirmation():
            blockers.append(self.address._get_confirmation_text())
        return blockers

    def was_proven(self):
        domain = self._get_domain()
        if domain._needs_confirmation() and not self.address._was_confirmed():
            return False
        return domain._was_verified()

    def needs_confirmation(self):
        domain = self._get_domain()
        # An empty domain asks for nothing: first it has to be added.
        return bool(domain) and (
            domain._needs_confirmation() and not self.address._is_confirmed()
        )

    def get_envelope_from(self):
        domain = self._get_domain()
        if not domain or not domain._has_return_path():
            return super().get_envelope_from()
        return domain._get_bounce_address(self.address.company_id)

    def get_mail_server(self):
        return self._get_domain().mail_server_id or self._get_platform().mail_server_id

    def get_dkim_keys(self):
        return self._get_domain()._get_signing_keys()

    def get_alignment_road(self, facts):
        domain = self._get_domain()
        if not domain:
            return Road(facts.domain)
        road = super().get_alignment_road(facts)
        return replace(road, spf_authorises=domain._may_send() or None)
