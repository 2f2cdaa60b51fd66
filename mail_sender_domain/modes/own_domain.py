# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from .base import SenderMode


class OwnDomainMode(SenderMode):
    """Mail leaves through the platform's server and the domain's records prove it.

    The envelope sender lies on a return-path subdomain, so that SPF aligns without
    touching the SPF record of the domain itself (relaxed alignment, RFC 7489 section
    3.1.2); DKIM aligns by signing with the domain of the From address.
    """

    key = "domain"

    #: Local part of the return path when the company has no bounce alias.
    BOUNCE_LOCAL_PART = "bounce"

    @classmethod
    def get_label(cls, env):
        return env._("Own domain")

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
        blockers = []
        if not domain._may_send():
            blockers.append(
                self.env._(
                    "The DNS records of %(domain)s are not verified. Open the domain, "
                    "publish its records and press Check now.",
                    domain=domain.name,
                )
            )
        if not domain._get_signing_keys():
            blockers.append(
                self.env._(
                    "%(domain)s has no active DKIM key. Publish the DKIM record and "
                    "press Check now on the domain.",
                    domain=domain.name,
                )
            )
        return blockers

    def was_proven(self):
        return self._get_domain()._was_verified()

    def _get_domain(self):
        """The sending domain, if it is that of the e-mail and the company may use it.

        The stored domain alone is not believed: mail leaves on the strength of it.
        """
        domain = self.address.domain_id
        name = self.address.email_normalized.rpartition("@")[2]
        if domain.name_ascii == name and domain._is_usable_by(self.address.company_id):
            return domain
        return domain.browse()

    def get_envelope_from(self):
        domain = self._get_domain()
        alias_domain = self.address.company_id.alias_domain_id
        local_part = alias_domain.bounce_alias or self.BOUNCE_LOCAL_PART
        return f"{local_part}@{domain.return_path_host}"

    def get_mail_server(self):
        platform = self.env["mail.sender.platform"]._get_platform()
        return self._get_domain().mail_server_id or platform.mail_server_id

    def get_dkim_keys(self):
        return self._get_domain()._get_signing_keys()
