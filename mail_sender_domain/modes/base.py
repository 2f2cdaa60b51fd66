# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a sending mode has to answer; one class a mode, and nobody else knows modes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from odoo.tools import formataddr

from ..tools.alignment import Road
from ..tools.domain_name import DomainName
from ..tools.sending_limits import Quota


class Rank(IntEnum):
    """How well a mode suits an e-mail; the highest one is proposed."""

    #: It cannot be used for this e-mail.
    IMPOSSIBLE = 0
    #: It works, though another one mostly suits better.
    POSSIBLE = 1
    #: It suits.
    SUITABLE = 2
    #: Something is there already that makes it the natural choice.
    PREFERRED = 3
    #: Nothing is left to be done for it.
    READY = 4


@dataclass(frozen=True)
class Fit:
    """What a mode says to an e-mail that a company wants to send from.

    :ivar rank: see :class:`Rank`
    :ivar reason: why it is proposed, or why it is impossible: a translated sentence
    """

    rank: Rank
    reason: str = ""


class SenderMode:
    """How mail from one sender address leaves.

    A mode is built around one ``mail.sender.address`` record and only reads from it:
    no writes, no network. Subclasses answer the questions below; the send path asks
    them and never looks at the name of a mode.

    To add a mode, write a subclass and return it from
    ``mail.sender.address._get_mode_classes``.

    :param address: one ``mail.sender.address`` record, in superuser mode
    """

    #: Value stored on the address.
    key: str
    #: Whether an address that is the company's e-mail may change with it.
    follows_company = False
    #: Whether what is missing before it can be chosen is mended on the platform.
    uses_platform = False
    #: Anchor of the part of the guide that is about the mode: see ``views/guide.xml``.
    guide_section = "start"

    def __init__(self, address):
        self.address = address
        self.env = address.env

    @classmethod
    def get_label(cls, env) -> str:
        """Name of the mode as people read it, translated."""
        raise NotImplementedError

    @classmethod
    def get_summary(cls, env) -> str:
        """One sentence on what the mode means for those who choose it, translated."""
        raise NotImplementedError

    @classmethod
    def get_gaps(cls, env, company) -> list[str]:
        """What is missing before any address of a company can have this mode.

        :return: translated sentences; empty when the mode can be chosen
        """
        return []

    @classmethod
    def get_fit(cls, env, company, email) -> Fit:
        """How well the mode suits an e-mail of a company, without asking the network.

        :param email: an :class:`..tools.email_address.EmailAddress`
        """
        if gaps := cls.get_gaps(env, company):
            return Fit(Rank.IMPOSSIBLE, " ".join(gaps))
        return Fit(Rank.POSSIBLE)

    @classmethod
    def get_example_email(cls, env, company) -> str:
        """The address that receivers would see if the company chose the mode."""
        return company.partner_id.email_normalized or ""

    @classmethod
    def get_variants(cls, env) -> list[tuple[str, str]]:
        """Variants to choose from: (name, what it means) pairs, translated."""
        return []

    def get_mend_action(self) -> dict | None:
        """The action that opens what has to be mended; None when the mode has none."""
        return None

    def get_blockers(self) -> list[str]:
        """Why mail may not leave from the address now, and what to do about it.

        :return: translated sentences; empty when the address is proven and its road
            is complete
        """
        raise NotImplementedError

    def was_proven(self) -> bool:
        """Whether the address had been proven before, even if it is blocked now."""
        raise NotImplementedError

    def needs_confirmation(self) -> bool:
        """Whether nothing proves the address unless its mailed link is opened."""
        return False

    def check_address(self) -> list[str]:
        """What is wrong with the e-mail of the address for this mode.

        :return: translated sentences, each naming the mend; empty when it fits
        """
        return []

    def get_email_from(self, name: str = "") -> str:
        """Value of the From header (RFC 5322 section 3.6.2).

        :param name: what receivers see before the address; empty: its own name
        """
        return formataddr((name or self.address.name, self.address.email_normalized))

    def get_reply_address(self) -> str:
        """Where answers to the address itself go; empty when nobody reads them."""
        return self.get_email_from()

    def get_receiving_text(self) -> str:
        """What becomes of mail to the address itself: a translated sentence.

        :return: empty where it comes into a mailbox, as everybody expects
        """
        return ""

    def get_envelope_from(self) -> str:
        """Address of the SMTP command MAIL FROM (RFC 5321), to which bounces return."""
        return self.address.email_normalized

    def get_mail_server(self):
        """The ``ir.mail_server`` to hand mail to; empty: the one Odoo finds."""
        return self.env["ir.mail_server"]

    def get_quota(self) -> Quota | None:
        """How much its provider lets leave; None: nothing is known of a limit."""
        quotas = self.env["ir.mail_server"]._get_quotas()
        return quotas.get(self.get_mail_server().id)

    def get_dkim_keys(self):
        """The ``mail.sender.dkim.key`` records that sign; empty: do not sign."""
        return self.env["mail.sender.dkim.key"]

    def get_alignment_road(self, facts) -> Road:
        """What the mail proves to those who receive it, before it is sent.

        :param facts: the :class:`..tools.public_facts.PublicFacts` of the From domain
        """
        return Road(
            DomainName.parse(self.get_envelope_from().rpartition("@")[2]),
            tuple(
                DomainName.parse(key.domain_id.name_ascii)
                for key in self.get_dkim_keys()
            ),
            False,
            None,
        )

    def _get_domain(self):
        """The sending domain, if it is that of the e-mail and the company may use it.

        The stored domain alone is not believed: mail leaves on the strength of it.
        """
        domain = self.address.domain_id
        name = self.address.email_normalized.rpartition("@")[2]
        if domain.address_domain == name and domain._is_usable_by(
            self.address.company_id
        ):
            return domain
        return domain.browse()

    def _get_platform(self):
        return self.env["mail.sender.platform"]._get_platform()
