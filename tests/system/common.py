# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo that really sends and really asks DNS, and what it sends to."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from tests.peers.nsd import Nsd
from tests.peers.smtp_receiver import ReceivedMail, SmtpReceiver
from tests.peers.verify import Mailauth, Verdict

#: What the platform and the smarthost of a company publish about themselves.
PROVIDER_RECORDS = {
    "spf.platform.test": {"TXT": ["v=spf1 ip4:127.0.0.1 -all"]},
    "return.platform.test": {
        "TXT": ["v=spf1 include:spf.platform.test -all"],
        "MX": ["10 mx.platform.test"],
    },
    "mx.platform.test": {"A": ["127.0.0.1"]},
}


class SystemCase(TransactionCase):
    """Odoo between a DNS server and an SMTP receiver that are real.

    :cvar dns: the DNS server that Odoo's checks and the verifiers ask
    :cvar receiver: where the platform's mail server delivers to
    :cvar stray_receiver: where mail arrives that took the server which Odoo finds by
        itself, instead of the one that its sender address names
    """

    @classmethod
    def setUpClass(cls) -> None:
        """Start the peers, and make a platform that sends through them."""
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(IrMail_Server, "_disable_send", lambda *args: False)
        )
        cls.dns = cls.enterClassContext(Nsd("platform.test", records=PROVIDER_RECORDS))
        cls.receiver = cls.enterClassContext(SmtpReceiver())
        cls.stray_receiver = cls.enterClassContext(SmtpReceiver())
        cls.mailauth = cls.enterClassContext(Mailauth(cls.dns.address))
        cls.ask_dns_of(cls.dns.address)
        # All counterparts listen on this machine, at ports that are free.
        cls.env["ir.config_parameter"].set_param(
            "mail_sender_domain.mail_servers_anywhere", "True"
        )
        cls.give_alias_domain(cls.env.company, "main.test")
        # What demo data left behind must not leave with the mail of a test.
        cls.env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"
        cls.env["ir.mail_server"].search([]).active = False
        cls.make_server("stray", cls.stray_receiver, sequence=1)
        cls.server = cls.make_server("platform", cls.receiver, sequence=2)
        cls.env["mail.sender.platform"]._get_platform().write(
            {
                "mail_server_id": cls.server.id,
                "spf_include": "spf.platform.test",
                "return_path_target": "return.platform.test",
                "bounce_host": "mx.platform.test",
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Customer", "email": "customer@example.com"}
        )

    def setUp(self) -> None:
        """Forget what earlier tests sent."""
        super().setUp()
        self.receiver.mails.clear()
        self.stray_receiver.mails.clear()

    @classmethod
    def ask_dns_of(cls, address: str) -> None:
        """Let Odoo's checks ask this DNS server, ``"127.0.0.1:PORT"``."""
        cls.env["ir.config_parameter"].set_param(
            "mail_sender_domain.dns_servers", address
        )

    @classmethod
    def make_server(cls, name: str, receiver: SmtpReceiver, **values):
        """Make an outgoing mail server of Odoo that delivers to a receiver."""
        return cls.env["ir.mail_server"].create(
            {
                "name": name,
                "smtp_host": "localhost",
                "smtp_port": receiver.port,
                "smtp_encryption": "none",
                **values,
            }
        )

    @classmethod
    def make_company(cls, name: str, domain: str):
        """Make a company that receives mail on aliases of a domain."""
        company = cls.env["res.company"].create(
            {"name": name, "email": f"office@{domain}"}
        )
        cls.env.user.company_ids += company
        cls.give_alias_domain(company, domain)
        return company

    @classmethod
    def give_alias_domain(cls, company, domain: str) -> None:
        """Let a company receive mail at catchall@DOMAIN and bounce@DOMAIN."""
        company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {
                "name": domain,
                "bounce_alias": "bounce",
                "catchall_alias": "catchall",
                "has_received": True,
            }
        )

    @classmethod
    def make_domain(cls, company, name: str, **values):
        """Set up a sending domain of a company: nothing is published yet.

        :param values: of the ``mail.sender.domain``
        """
        domain = cls.env["mail.sender.domain"].create(
            {"name": name, "company_id": company.id, **values}
        )
        cls.dns.add_zone(domain.address_domain)
        return domain

    @classmethod
    def publish(cls, domain) -> None:
        """Put the records that a domain asks for into DNS, as its owner would.

        Those that it calls optional are left out: they must not be needed.
        """
        for record in domain.record_ids:
            if record.requirement != "optional":
                cls.dns.set(record.host, record.type, record.value)

    @classmethod
    def make_sender(cls, company, domain_name: str, email: str, **values):
        """Give a company a proven default sender, the way people do it.

        :param values: of the ``mail.sender.domain``
        """
        domain = cls.make_domain(company, domain_name, **values)
        cls.publish(domain)
        domain.action_check()
        address = cls.make_address(company, email)
        address.action_set_default()
        return address

    @classmethod
    def make_address(cls, company, email: str):
        """Make a sender address of a company, whose confirmation link was opened.

        :param email: on a domain that is proven already
        """
        return cls.env["mail.sender.address"].create(
            {
                "name": company.name,
                "email": email,
                "company_id": company.id,
                "confirmed_email": email,
            }
        )

    @classmethod
    def make_relay_domain(cls, name: str):
        """Give the platform a proven relay domain."""
        domain = cls.make_domain(cls.env["res.company"], name)
        cls.publish(domain)
        domain.action_check()
        cls.env["mail.sender.platform"]._get_platform().relay_domain_id = domain
        return domain

    @classmethod
    def make_user(cls, login: str, company, *others, **values):
        """Make an internal user who sells, invoices and wants notifications by e-mail.

        :param company: the user's current company
        :param others: further companies that the user may work for
        """
        return new_test_user(
            cls.env,
            login,
            groups="base.group_user,base.group_partner_manager,"
            "sales_team.group_sale_manager,account.group_account_manager,"
            "mail.group_mail_template_editor",
            context={"no_reset_password": True},
            name=login.capitalize(),
            email=f"{login}@staff.test",
            company_id=company.id,
            company_ids=[Command.set([company.id, *(other.id for other in others)])],
            notification_type="email",
            **values,
        )

    def verify(self, mail: ReceivedMail) -> Verdict:
        """Ask mailauth about a received mail."""
        return self.mailauth.verify(mail)
