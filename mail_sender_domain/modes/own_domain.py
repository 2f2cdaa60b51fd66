# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from ..texts import PLATFORM_GAP_TEXTS, error_text
from ..tools.alignment import Road
from ..tools.errors import DomainNameError
from .base import Fit, Rank, SenderMode


class OwnDomainMode(SenderMode):
    """Mail leaves through the platform's server and the domain's records prove it.

    By default the envelope sender lies on a return-path subdomain, so that SPF aligns
    without touching the SPF record of the domain itself (relaxed alignment, RFC 7489
    section 3.1.2); DKIM aligns by signing with the domain of the From address.

    In the weaker layout "SPF only" the envelope sender is the address itself and
    nothing is signed: SPF alone proves the mail, and bounces go to the mailbox.
    """

    key = "domain"
    uses_platform = True
    guide_section = "domain"
    follows_company = True

    @classmethod
    def get_label(cls, env):
        return env._("Own domain")

    @classmethod
    def get_summary(cls, env):
        return env._(
            "Mail leaves from your own address and is signed in the name of your "
            "domain, once its administrator has published a few DNS records."
        )

    @classmethod
    def get_gaps(cls, env, company):
        platform = env["mail.sender.platform"]._get_platform()
        return [env._(PLATFORM_GAP_TEXTS[gap]) for gap in platform._get_gaps()]

    @classmethod
    def get_fit(cls, env, company, email):
        name = email.domain.unicode
        for is_impossible, code in (
            (email.domain.is_public_suffix, "public_suffix"),
            (email.domain.is_free_mail, "free_mail"),
        ):
            if is_impossible:
                error = DomainNameError(code, text=name)
                return Fit(Rank.IMPOSSIBLE, error_text(env, error))
        domains = env["mail.sender.domain"].sudo()
        known = domains.search([("address_domain", "=", email.domain.ascii)])
        usable = known.filtered(lambda domain: domain._is_usable_by(company))
        if ready := usable.filtered(lambda domain: not domain._get_blockers()):
            return Fit(
                Rank.READY,
                env._("%(domain)s is verified already.", domain=ready[0].name),
            )
        if usable:
            return Fit(
                Rank.PREFERRED,
                env._(
                    "%(domain)s is being set up already: go on where you left it.",
                    domain=usable[0].name,
                ),
            )
        if known:
            return Fit(Rank.IMPOSSIBLE, cls._get_claimed_text(env, company, known[0]))
        if gaps := cls.get_gaps(env, company):
            return Fit(Rank.IMPOSSIBLE, " ".join(gaps))
        return Fit(
            Rank.SUITABLE,
            env._(
                "%(domain)s seems to be your own domain. Mail that it proves is "
                "trusted "
                "most.",
                domain=name,
            ),
        )

    @classmethod
    def _get_claimed_text(cls, env, company, domain):
        if not domain.company_id:
            return env._(
                "%(domain)s belongs to this system: its addresses are relay addresses.",
                domain=domain.name,
            )
        return env._(
            "%(domain)s is claimed by another company of this database. Ask its "
            "administrator to share it with %(company)s.",
            domain=domain.name,
            company=company.display_name,
        )

    @classmethod
    def get_variants(cls, env):
        return [
            (
                env._("On a subdomain"),
                env._(
                    "The records lie below a subdomain, the main domain stays "
                    "untouched, and each address is confirmed by a mailed link."
                ),
            ),
            (
                env._("SPF only (weaker)"),
                env._(
                    "Just an include in the SPF record, but mail that is forwarded "
                    "fails, and each address is confirmed by a mailed link."
                ),
            ),
        ]

    def get_mend_action(self):
        domain = self._get_domain()
        if not domain:
            return None
        return {
            "type": "ir.actions.act_window",
            "res_model": domain._name,
            "res_id": domain.id,
            "views": [(False, "form")],
        }

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
