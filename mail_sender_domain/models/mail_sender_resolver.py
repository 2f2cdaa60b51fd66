# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import email_normalize

from .mail_sender_policy import POLICY_DEFAULTS

#: Context key under which server code passes a :class:`SenderContext`.
SENDER_CONTEXT = "mail_sender"

#: Model of mailing lists: they hand on what others wrote.
MAILING_LIST = "mail.group"


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


class MailSenderResolver(models.AbstractModel):
    """Chooses the sender address of each mail: step CHOOSE of the way of one e-mail.

    Each step proposes candidates; the first one that may be used wins. Addons add
    steps by extending ``_get_candidates``.
    """

    _name = "mail.sender.resolver"
    _description = "Mail Sender Resolver"

    @api.model
    def _is_configured(self):
        """Whether any company has a default sender; costs no query once known."""
        return bool(self._get_company_senders())

    @api.model
    @tools.ormcache()
    def _is_in_use(self):
        """Whether mail may have been dressed: there is a sender address at all."""
        addresses = self.env["mail.sender.address"].sudo()
        return bool(addresses.with_context(active_test=False).search([], limit=1))

    # --------------------------------------------------------------- choosing

    @api.model
    def _choose(self, requests):
        """Choose a sender for each request, at the same cost for one as for many.

        :param requests: list of :class:`SenderRequest`
        :return: list of :class:`SenderChoice`, in the same order
        """
        companies = self._get_company_senders()
        if not companies:
            return [SenderChoice()] * len(requests)
        addresses = self._get_address_facts()
        filtered = self._match_filters(requests, companies)
        return [
            self._choose_one(
                request, companies[request.company_id], addresses, filtered
            )
            if request.company_id in companies
            else SenderChoice()
            for request in requests
        ]

    @api.model
    def _choose_one(self, request, senders, addresses, filtered):
        """Take the first candidate that may be used, and note those before it."""
        skipped = []
        for candidate in self._get_candidates(request, senders, filtered):
            code = self._get_skip_code(candidate, request, senders, addresses)
            if not code:
                return SenderChoice(
                    candidate.address_id,
                    candidate.reason,
                    candidate.rule_id,
                    tuple(skipped),
                )
            skip = Skip(candidate.address_id, code, candidate.reason, candidate.rule_id)
            if skip not in skipped:
                skipped.append(skip)
        return SenderChoice(skipped=tuple(skipped))

    @api.model
    def _match_filters(self, requests, companies):
        """Which documents fulfil the filters of rules, with a search a filter.

        :return: set of triples: id of a rule, model, id of a document
        """
        wanted = {}
        for request in requests:
            senders = companies.get(request.company_id)
            for rule in senders.rules if senders and request.res_id else ():
                if rule.filter and rule.may_match(request):
                    wanted.setdefault((rule, request.model), set()).add(request.res_id)
        return {
            (rule.id, model, id_)
            for (rule, model), ids in wanted.items()
            for id_ in self._filter_documents(model, ids, rule.filter)
        }

    @api.model
    def _filter_documents(self, model, ids, text):
        """The ids among ``ids`` that fulfil a domain in text."""
        documents = self.env[model].sudo().with_context(active_test=False)
        return documents.search(
            Domain("id", "in", list(ids)) & Domain(literal_eval(text))
        ).ids

    @api.model
    def _get_candidates(self, request, senders, filtered) -> Iterator[Candidate]:
        """Propose senders for one mail, the best first.

        :param request: a :class:`SenderRequest`
        :param senders: the :class:`CompanySenders` of its company
        :param filtered: as of ``_match_filters``
        """
        if request.system_kind:
            yield from self._get_system_candidates(request, senders)
            return
        if request.choice_id:
            yield Candidate(request.choice_id, "explicit")
        if request.is_internal:
            for address_id in senders.systems:
                yield Candidate(address_id, "system_sender")
        else:
            yield from self._get_rule_candidates(
                "1_template", request, senders, filtered
            )
            if literal := self._get_literal_senders().get(request.template_id):
                yield from self._get_literal_candidates(literal, senders)
            if not request.user_id:
                for address_id in senders.automatics:
                    yield Candidate(address_id, "automatic_sender")
            for kind in ("2_document", "3_user"):
                yield from self._get_rule_candidates(kind, request, senders, filtered)
            if senders.policies["sender_own_addresses"] == "yes":
                yield from self._get_own_candidates(request, senders)
            yield from self._get_server_candidates(request)
        for address_id in senders.defaults:
            yield Candidate(address_id, "company_default")

    @api.model
    def _get_rule_candidates(self, kind, request, senders, filtered):
        """Propose what the matching rules of one kind say."""
        for rule in senders.rules:
            if rule.kind != kind or not rule.may_match(request):
                continue
            key = rule.id, request.model, request.res_id
            if not rule.filter or key in filtered:
                yield Candidate(rule.address_id, "rule", rule.id)

    @api.model
    def _get_literal_candidates(self, email, senders) -> Iterator[Candidate]:
        """Propose the address that a template names literally as its From."""
        for id_ in self._get_nearest("email", email, senders):
            yield Candidate(id_, "template_from")

    @api.model
    def _get_own_candidates(self, request, senders) -> Iterator[Candidate]:
        """Propose the own address of the user who sends."""
        if not request.user_id:
            return
        for id_ in self._get_nearest("user_id", request.user_id, senders):
            yield Candidate(id_, "own_address")

    @api.model
    def _get_nearest(self, name, value, senders):
        """The addresses that have a value, of a company and its parents in this order.

        :param name: of an attribute of :class:`AddressFacts`
        :param senders: the :class:`CompanySenders` of the company
        :return: list of ids
        """
        nearest = {id_: place for place, id_ in enumerate(senders.lineage)}
        found = [
            (min(nearest[company_id] for company_id in company_ids), address_id)
            for address_id, facts in self._get_address_facts().items()
            if getattr(facts, name) == value
            and (company_ids := facts.company_ids & nearest.keys())
        ]
        return [address_id for _place, address_id in sorted(found)]

    @api.model
    def _get_system_candidates(self, request, senders) -> Iterator[Candidate]:
        """Propose senders for a login, password or security mail: no rules there."""
        road = senders.policies[f"sender_{request.system_kind}_road"]
        if road == "platform":
            yield Candidate(0, "system_road")
        for address_id in senders.defaults:
            yield Candidate(address_id, "system_mail")

    @api.model
    def _get_server_candidates(self, request) -> Iterator[Candidate]:
        """Propose to keep the server that a template or the user asks for.

        What a mailing list hands on comes from the list, whoever wrote it.
        """
        if request.model == MAILING_LIST:
            return
        servers = self.env["ir.mail_server"]
        if request.mail_server_id and servers._may_be_forced(
            request.mail_server_id, request.email_from
        ):
            yield Candidate(0, "forced_server")
        if servers._may_be_personal(request.writer_id, request.email_from):
            yield Candidate(0, "personal_server")

    @api.model
    def _get_skip_code(self, candidate, request, senders, addresses):
        """Why a candidate is passed over; an empty text when it is not."""
        if not candidate.address_id:
            is_kept = candidate.reason in ("forced_server", "personal_server")
            return "strict" if is_kept and senders.is_strict else ""
        facts = addresses.get(candidate.address_id)
        if not facts:
            return "deleted"
        if not facts.company_ids.intersection(senders.lineage):
            return "other_company"
        if facts.skip_code:
            return facts.skip_code
        if candidate.reason == "explicit" and not self._may_pick(
            facts, request.user_id, senders
        ):
            return "not_allowed"
        return ""

    @api.model
    def _get_pickable(self, companies, user):
        """The addresses that a user may choose for mail of all these companies.

        :param companies: ``res.company`` records
        :param user: one ``res.users``, or none: nobody chooses nothing
        :return: list of ids
        """
        known = self._get_company_senders()
        if not companies or not all(id_ in known for id_ in companies.ids):
            return []
        addresses = self._get_address_facts()
        requests = [SenderRequest(id_, user_id=user.id or 0) for id_ in companies.ids]
        return [
            address_id
            for address_id in addresses
            if not any(
                self._get_skip_code(
                    Candidate(address_id, "explicit"),
                    request,
                    known[request.company_id],
                    addresses,
                )
                for request in requests
            )
        ]

    @api.model
    def _may_name(self, address_id, user):
        """Whether an address belongs to a company that a user works in, or its parents.

        Of any other one, the user must not even learn the name.

        :param address_id: id of an address, whether it exists or not
        :param user: one ``res.users``, or none
        """
        if not address_id or not user:
            return False
        facts = self._get_address_facts().get(address_id)
        known = self._get_company_senders()
        return bool(facts) and any(
            facts.company_ids.intersection(known[id_].lineage)
            for id_ in user.sudo()._get_company_ids()
            if id_ in known
        )

    @api.model
    def _may_pick(self, facts, user_id, senders):
        """Whether a user may choose an address while sending.

        :param facts: the :class:`AddressFacts`
        :param user_id: id of the user; 0 is nobody, who chooses nothing
        :param senders: the :class:`CompanySenders` of the mail's company
        """
        user = self.env["res.users"].sudo().browse(user_id or ())
        if senders.policies["sender_choosing"] != "yes":
            return False
        if not user or not user._is_internal():
            return False
        if not set(user._get_company_ids()).intersection(senders.lineage):
            return False
        if facts.user_id:
            return facts.user_id == user_id
        if not (facts.picker_user_ids or facts.picker_group_ids):
            return True
        return user_id in facts.picker_user_ids or bool(
            facts.picker_group_ids.intersection(user._get_group_ids())
        )

    # ------------------------------------------------------------ what is known

    @api.model
    def _get_sender_context(self):
        """The :class:`SenderContext` that server code passed, or an empty one."""
        context = self.env.context.get(SENDER_CONTEXT)
        return context if isinstance(context, SenderContext) else SenderContext()

    @api.model
    def _get_sending_user(self, message=None):
        """Who pressed "send"; empty when the system sends by itself.

        OdooBot acts for others: in the scheduler whoever wrote the message, or started
        the batch, is the one who sent it.

        :param message: a ``mail.message`` in superuser mode, or None
        """
        users = self.env.user
        if user_id := self._get_sender_context().user_id:
            users = users.browse(user_id).exists() + users
        if message is not None:
            users += self._get_writer(message)
        return self._get_person(users)

    @api.model
    def _get_writer(self, message):
        """The colleague who wrote a message, in Odoo or in a mail program; or nobody.

        Its author alone says little: templates name a salesperson for what a customer
        does in the portal.

        :param message: a ``mail.message`` in superuser mode
        """
        users = message.create_uid
        if message.message_type == "email":
            users += message.author_id.main_user_id
        return self._get_person(users)

    @api.model
    def _get_person(self, users):
        """The first one among ``users`` who is a colleague of flesh and blood."""
        return users.filtered(
            lambda user: not user._is_superuser() and user.sudo()._is_internal()
        )[:1]

    @api.model
    def _get_document_companies(self, documents):
        """The company that each document belongs to.

        A document without one may have an alias, as a mailing list does: it belongs to
        the company that alone receives mail on the domain of the alias or, among
        several, to that of whoever made the document.

        :param documents: records of one model, in superuser mode
        :return: id of a document -> ``res.company``, possibly empty
        """
        companies = documents._mail_get_companies(default=False)
        if "alias_domain_id" in documents._fields:
            for document in documents.filtered(lambda doc: not companies[doc.id]):
                receivers = document.alias_domain_id.company_ids
                if len(receivers) > 1:
                    receivers &= document.create_uid.company_id
                if receivers:
                    companies[document.id] = receivers
        return companies

    @api.model
    def _trust_company(self, company, user):
        """The company to send for when no record tells: one that ``user`` may work in.

        Message values and the context, which name companies, come from clients too.
        """
        if user._is_superuser() or company in user.sudo().company_ids:
            return company
        return user.sudo().company_id

    @api.model
    def _is_of_odoobot(self, company, user):
        """Whether nobody named a company: OdooBot acts, and it is its own.

        Scheduled work for a company names it.
        """
        return user._is_superuser() and company == user.sudo().company_id

    @api.model
    @tools.ormcache()
    def _get_address_facts(self):
        """Map the id of each sender address to its :class:`AddressFacts`."""
        addresses = self.env["mail.sender.address"].sudo()
        return {
            address.id: AddressFacts(
                company_ids=frozenset(
                    (address.company_id | address.shared_company_ids).ids
                ),
                skip_code=address._get_skip_code(),
                email=address.email_normalized or "",
                user_id=address.user_id.id or 0,
                picker_user_ids=frozenset(address.picker_user_ids.ids),
                picker_group_ids=frozenset(address.picker_group_ids.ids),
            )
            for address in addresses.with_context(active_test=False).search(Domain.TRUE)
        }

    @api.model
    @tools.ormcache()
    def _get_company_senders(self):
        """Map company ids to their :class:`CompanySenders`.

        Companies without a default sender, own or inherited, are left out: for them
        nothing changes. Archived and never proven addresses do not count.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        if not companies.search([("sender_address_id", "!=", False)], limit=1):
            return {}
        addresses = self._get_address_facts()
        platform = self.env["mail.sender.platform"]._get_platform()
        rules = self._get_rules()
        senders = {}
        for company in companies.search(Domain.TRUE):
            # parent_ids names the root first and the company itself last.
            lineage = company.parent_ids[::-1]
            known = CompanySenders(
                lineage=tuple(lineage.ids),
                defaults=tuple(lineage.sender_address_id.ids),
                automatics=tuple(lineage.sender_automatic_id.ids),
                systems=tuple(lineage.sender_system_id.ids),
                rules=tuple(rule for id_ in lineage.ids for rule in rules.get(id_, ())),
                policies=self._get_policies([*lineage, platform]),
                reply_to=next(filter(None, lineage.mapped("sender_reply_to")), ""),
            )
            request = SenderRequest(company.id)
            if any(
                not self._get_skip_code(Candidate(id_, ""), request, known, addresses)
                for id_ in known.defaults
            ):
                senders[company.id] = known
        return senders

    @api.model
    def _get_rules(self):
        """Map company ids to the :class:`RuleFacts` of their own rules, in order."""
        rules = {}
        for rule in self.env["mail.sender.rule"].sudo().search(Domain.TRUE):
            rules.setdefault(rule.company_id.id, []).append(
                RuleFacts(
                    id=rule.id,
                    kind=rule.kind,
                    address_id=rule.sender_address_id.id,
                    user_ids=frozenset(rule.user_ids.ids),
                    models=frozenset(rule.model_ids.mapped("model")),
                    template_ids=frozenset(rule.template_ids.ids),
                    filter=repr(rule._get_filter()) if rule._get_filter() else "",
                )
            )
        return rules

    @api.model
    @tools.ormcache()
    def _get_literal_senders(self):
        """Map ids of mail templates to the e-mail that they name literally as From.

        Expressions are no choice of a sender: every template of Odoo has one.
        """
        templates = self.env["mail.template"].sudo().with_context(active_test=False)
        return {
            template.id: email
            for template in templates.search([("email_from", "not like", "{{")])
            if (email := email_normalize(template.email_from or ""))
        }

    @api.model
    @tools.ormcache()
    def _get_template_ids(self):
        """The ids of all mail templates."""
        templates = self.env["mail.template"].sudo().with_context(active_test=False)
        return frozenset(templates.search(Domain.TRUE).ids)

    @api.model
    def _get_policies(self, records):
        """The policies in force: the first choice in ``records``, else the default.

        :param records: singletons with the fields of ``mail.sender.policy``
        """
        return {
            name: next(filter(None, (record[name] for record in records)), default)
            for name, default in POLICY_DEFAULTS.items()
        }
