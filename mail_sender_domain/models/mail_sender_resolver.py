# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator

from odoo import api, models
from odoo.fields import Domain

from .choosing import Candidate, SenderChoice, Skip

#: Model of mailing lists: they hand on what others wrote.
MAILING_LIST = "mail.group"


class MailSenderResolver(models.AbstractModel):
    """Chooses the sender address of each mail: step CHOOSE of the way of one e-mail.

    Each step proposes candidates; the first one that may be used wins. Addons add
    steps by extending ``_get_candidates``.
    """

    _name = "mail.sender.resolver"
    _description = "Mail Sender Resolver"

    @api.model
    def _choose(self, requests):
        """Choose a sender for each request, at the same cost for one as for many.

        :param requests: list of :class:`.choosing.SenderRequest`
        :return: list of :class:`.choosing.SenderChoice`, in the same order
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

        :param request: a :class:`.choosing.SenderRequest`
        :param senders: the :class:`.choosing.CompanySenders` of its company
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

        :param name: of an attribute of :class:`.choosing.AddressFacts`
        :param senders: the :class:`.choosing.CompanySenders` of the company
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
