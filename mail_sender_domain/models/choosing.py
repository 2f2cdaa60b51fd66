# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What choosing a sender is asked, what it has to know, and what it decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

#: Context key under which server code passes a :class:`SenderContext`.
SENDER_CONTEXT = "mail_sender"


@dataclass(frozen=True)
class SenderContext:
    """What server code knows of the mails that it is about to make.

    A client can put anything into a context, but no instance of this class.

    :ivar company_id: id of the company in whose name they leave, where no record tells
    :ivar system_kind: see :class:`SenderRequest`
    :ivar template_id: id of the mail template that they are made from
    :ivar user_id: id of the user who pressed "send" and whom the scheduler stands for
    :ivar choice_id: id of the sender address that this user chose
    :ivar layout: external id of the layout that their template has
    :ivar concluded: values of the lines of the sending log that were concluded, by
        Message-ID; what sends system mail in a savepoint of its own takes them back
    """

    company_id: int = 0
    system_kind: str = ""
    template_id: int = 0
    user_id: int = 0
    choice_id: int = 0
    layout: str = ""
    concluded: dict[str, dict] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class SenderRequest:
    """One mail as choosing and dressing see it.

    :ivar company_id: id of the company in whose name the mail leaves
    :ivar email_from: the From that Odoo proposes
    :ivar reply_to: the Reply-To that Odoo proposes, possibly empty
    :ivar mail_server_id: id of the server that Odoo proposes, or 0
    :ivar system_kind: ``"code"`` for a login code, ``"account"`` for password resets,
        invitations and security alerts; these are never held. Else empty
    :ivar user_id: id of the user who pressed "send"; 0 when nobody did
    :ivar writer_id: id of the user whom Odoo takes for the writer; OdooBot may send for
        somebody else
    :ivar is_internal: whether only colleagues receive it
    :ivar choice_id: id of the sender address that the user chose, or 0
    :ivar template_id: id of the mail template it was made from, or 0
    :ivar model: name of the model of its record, or empty
    :ivar res_id: id of its record, or 0
    """

    company_id: int
    email_from: str = ""
    reply_to: str = ""
    mail_server_id: int = 0
    system_kind: str = ""
    user_id: int = 0
    writer_id: int = 0
    is_internal: bool = False
    choice_id: int = 0
    template_id: int = 0
    model: str = ""
    res_id: int = 0


class Skip(NamedTuple):
    """What came first in choosing and was passed over; stored as a list.

    :ivar address_id: id of the address; 0 for a server that Odoo proposes
    :ivar code: why: a code of ``mail.sender.log._get_skip_texts``
    :ivar reason: which step proposed it: a value of ``mail.mail.sender_reason``
    :ivar rule_id: id of the ``mail.sender.rule`` that proposed it, or 0
    """

    address_id: int
    code: str
    reason: str
    rule_id: int = 0


@dataclass(frozen=True)
class SenderChoice:
    """The sender chosen for one mail, and why.

    :ivar address_id: id of the ``mail.sender.address``; 0 when no address of ours sends
    :ivar reason: a value of ``mail.mail.sender_reason``, or an empty text when nothing
        applies and Odoo's own behaviour stays
    :ivar rule_id: id of the ``mail.sender.rule`` that decided, or 0
    :ivar skipped: what came first and was passed over
    """

    address_id: int = 0
    reason: str = ""
    rule_id: int = 0
    skipped: tuple[Skip, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A sender that one step of choosing proposes.

    :ivar address_id: id of the address; 0 for mail that keeps the server and the From
        that Odoo proposes
    :ivar reason: a value of ``mail.mail.sender_reason``
    :ivar rule_id: id of the ``mail.sender.rule`` that proposes it, or 0
    """

    address_id: int
    reason: str
    rule_id: int = 0


@dataclass(frozen=True)
class AddressFacts:
    """What choosing has to know of a sender address.

    :ivar company_ids: ids of its company and of those that it is shared with
    :ivar skip_code: why it is passed over for everybody; empty when it is not
    :ivar email: normalised
    :ivar user_id: id of the user whose own address it is, or 0
    :ivar picker_user_ids: ids of the users who may choose it
    :ivar picker_group_ids: ids of the groups whose members may; both empty: everybody
    """

    company_ids: frozenset[int]
    skip_code: str
    email: str = ""
    user_id: int = 0
    picker_user_ids: frozenset[int] = frozenset()
    picker_group_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class RuleFacts:
    """What choosing has to know of a sender rule; empty conditions hold always.

    :ivar kind: a value of ``mail.sender.rule.kind``
    :ivar filter: text of the domain that the document has to fulfil, or empty
    """

    id: int
    kind: str
    address_id: int
    user_ids: frozenset[int]
    models: frozenset[str]
    template_ids: frozenset[int]
    filter: str

    def may_match(self, request: SenderRequest) -> bool:
        """Whether all conditions but the filter hold for a mail."""
        return (
            (not self.user_ids or request.user_id in self.user_ids)
            and (not self.models or request.model in self.models)
            and (not self.template_ids or request.template_id in self.template_ids)
        )


@dataclass(frozen=True)
class CompanySenders:
    """The senders and policies of one company, own or inherited.

    :ivar lineage: ids of the company and its parents, the nearest first
    :ivar defaults: ids of the default senders, the nearest first
    :ivar automatics: likewise for mail that nobody pressed "send" for
    :ivar systems: likewise for mail that only colleagues receive
    :ivar rules: :class:`RuleFacts` in the order in which they are tried
    :ivar policies: policy field -> value in force
    :ivar reply_to: the fixed address for answers, possibly empty
    """

    lineage: tuple[int, ...]
    defaults: tuple[int, ...]
    automatics: tuple[int, ...]
    systems: tuple[int, ...]
    rules: tuple[RuleFacts, ...]
    policies: dict[str, object]
    reply_to: str

    @property
    def is_strict(self) -> bool:
        """Whether only proven sender addresses may send."""
        return self.policies["sender_strictness"] == "strict"
