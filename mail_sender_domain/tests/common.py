# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from copy import deepcopy
from unittest.mock import patch

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

from ..models.mail_sender_domain_check import MailSenderDomain
from ..tools.resolver import MemoryResolver


class SenderCommon(TransactionCase):
    """Two companies, a complete platform and a DNS that lives in memory.

    Tests publish what a domain asks for and check it::

        domain = self.create_domain("acme.test")
        self.publish(domain)
        domain.action_check()

    :cvar dns: the :class:`~..tools.resolver.MemoryResolver` that all checks ask
    :cvar ask_real_resolver: the method that ``dns`` stands in for
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.dns = MemoryResolver()
        cls.ask_real_resolver = staticmethod(
            cls.env["mail.sender.domain"]._get_resolver
        )
        cls.startClassPatcher(
            patch.object(MailSenderDomain, "_get_resolver", lambda self: cls.dns)
        )
        cls.platform = cls.env["mail.sender.platform"]._get_platform()
        cls.server = cls.env["ir.mail_server"].create(
            {"name": "Platform server", "smtp_host": "smtp.platform.test"}
        )
        cls.platform.write(
            {
                "mail_server_id": cls.server.id,
                "spf_addresses": "192.0.2.10",
                "return_path_target": "return.platform.test",
            }
        )
        cls.dns.set("return.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        cls.dns.set("return.platform.test", "MX", "10 mx.platform.test")
        cls.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        cls.company = cls.env["res.company"].create(
            {"name": "Acme", "email": "info@acme.test"}
        )
        cls.other_company = cls.env["res.company"].create(
            {"name": "Other", "email": "info@other.test"}
        )
        cls.env.user.write(
            {
                "company_ids": [(4, cls.company.id), (4, cls.other_company.id)],
                "company_id": cls.company.id,
            }
        )
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=[cls.company.id, cls.other_company.id],
            )
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Customer", "email": "customer@example.com"}
        )

    def setUp(self):
        super().setUp()
        # What a test publishes must not reach the next one.
        self.addCleanup(setattr, self.dns, "zone", deepcopy(self.dns.zone))

    @classmethod
    def as_user(cls, records, user):
        """Return ``records`` as ``user`` sees them, in all companies of the user."""
        companies = user.company_id | user.company_ids
        return records.with_user(user).with_context(allowed_company_ids=companies.ids)

    @classmethod
    def create_manager(cls, login, company):
        """Return a user who configures the senders of a company and nothing else."""
        return new_test_user(
            cls.env,
            login,
            groups="mail_sender_domain.group_sender_manager",
            name=f"{login.capitalize()} Manager",
            email=f"{login}@acme.test",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def create_domain(cls, name="acme.test", company=None, **vals):
        """Return a new sending domain of ``company``."""
        company = company or cls.company
        return cls.env["mail.sender.domain"].create(
            {"name": name, "company_id": company.id, **vals}
        )

    @classmethod
    def publish(cls, domain):
        """Put every required record of ``domain`` into DNS."""
        for record in domain.record_ids:
            if record.requirement == "required":
                cls.dns.set(record.host, record.type, record.value)

    @classmethod
    def create_verified_domain(cls, name="acme.test", company=None):
        """Return a domain whose required records are published and were checked."""
        domain = cls.create_domain(name, company)
        cls.publish(domain)
        domain.action_check()
        return domain

    @classmethod
    def click_next(cls, setup):
        """Press Next in a guided set-up, and do what the browser does then."""
        action = setup.action_next()
        if action["type"] == "ir.actions.client":
            setup.browse(action["params"]["setup_id"]).action_next()

    @classmethod
    def create_default_sender(cls, email="invoices@acme.test", company=None):
        """Return a proven address that is the default sender of its company."""
        company = company or cls.company
        cls.create_verified_domain(email.rpartition("@")[2], company)
        address = cls.env["mail.sender.address"].create(
            {"name": company.name, "email": email, "company_id": company.id}
        )
        address.action_set_default()
        return address
