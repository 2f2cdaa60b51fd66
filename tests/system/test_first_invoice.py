# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a fresh company to a test invoice that arrived, in the browser.

The tours count fields and clicks, and refuse too many of them.
"""

import time
from contextlib import contextmanager
from queue import Queue
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail_sender_domain.models.mail_sender_domain_check import (
    MailSenderDomain,
)
from odoo.addons.mail_sender_domain.tests.screen import compile_assets

from tests.peers.smtp_receiver import SmtpReceiver

from .link_reader import PATIENCE, LinkReader
from .mailbox_case import PASSWORD, MailboxCase

NEW_PASSWORD = "new-sesame-4712"
#: Seconds within which a test invoice has left, counted from opening the page.
TIME_LIMIT = 300
#: Odoo's administrator, who is asked to mend what nobody else set up.
RESPONSIBLE = "admin@example.com"


@tagged("post_install", "-at_install")
class TestFirstInvoice(MailboxCase, HttpCase):
    """Mira manages the senders of Acme, which has none yet."""

    @classmethod
    def setUpClass(cls) -> None:
        """Let Mira read at an address that the receivers know."""
        super().setUpClass()
        compile_assets(cls.env, "web.assets_web")
        cls.manager.email = "mira@example.com"
        # Its style sheets are made once, by whoever prints first.
        cls.enterClassContext(mute_logger("odoo.addons.base.models.ir_attachment"))

    def open_tour(self, name: str, query: str = "", **options) -> None:
        """Let Mira do what a tour does, from the settings page on, in time.

        :param options: of ``start_tour``
        """
        start = time.monotonic()
        self.start_tour(
            f"/odoo/mail-senders{query}",
            f"mail_sender_domain.{name}",
            login="manager",
            **options,
        )
        self.assertLess(time.monotonic() - start, TIME_LIMIT)

    def publish_at_second_check(self):
        """Publish the records of a domain once they were shown."""
        check, checks = MailSenderDomain._check_dns, []

        def check_dns(domain, resolver):
            checks.append(domain.id)
            if len(checks) > 1:
                self.dns.add_zone(domain.address_domain)
                self.publish(domain)
                for record in domain.record_ids:
                    if record.purpose == "spf" and domain.layout == "spf_only":
                        self.dns.set(record.host, record.type, record.value)
            return check(domain, resolver)

        return patch.object(MailSenderDomain, "_check_dns", check_dns)

    @contextmanager
    def link_opened(self):
        """Let whoever reads office@acme.test open the link that is mailed there."""
        pages = Queue()

        def read(mail):
            if mail.recipients == ("office@acme.test",):
                pages.put(LinkReader(self).press(mail, "confirm"))

        self.receiver.readers.append(read)
        try:
            yield
        finally:
            self.receiver.readers.remove(read)
        page = pages.get(timeout=PATIENCE)
        self.assertIn("office@acme.test is confirmed for Acme", page)

    def assert_arrived(self, receiver, email: str, others=()):
        """The receiver has one test invoice, from the default sender of Acme.

        :param others: who got mail beside; nobody else did
        """
        self.assertEqual(self.company.sender_address_id.email, email)
        self.env.invalidate_all()
        customer = ("mira@example.com",)
        [mail] = [m for m in receiver.mails if m.recipients == customer]
        reached = {m.recipients for m in (*self.receiver.mails, *self.mailbox.mails)}
        self.assertEqual(reached, {customer, *((other,) for other in others)})
        self.assertEqual(mail.message["From"], f"Acme <{email}>")
        self.assertEqual(mail.message["Subject"], "Test invoice from Acme")
        return mail

    def test_relay(self) -> None:
        """An address of the platform, with nothing to set up."""
        self.make_relay_domain()
        self.open_tour("first_invoice_by_relay")
        mail = self.assert_arrived(self.receiver, "acme@relay.test")
        self.assertEqual(self.verify(mail).aligned_dkim, "relay.test")
        self.assertEqual(mail.message["Reply-To"], "catchall@acme.test")

    def check_domain(self, tour: str, others=()):
        """Set up an own domain and return what receivers think of its mail."""
        with self.publish_at_second_check():
            self.open_tour(tour)
        mail = self.assert_arrived(self.receiver, "office@acme.test", others)
        return self.verify(mail)

    def test_own_domain(self) -> None:
        """Signature and return path."""
        verdict = self.check_domain("first_invoice_by_domain")
        self.assertTrue(verdict.passes, verdict)
        self.assertEqual(verdict.aligned_dkim, "acme.test")

    def test_own_domain_by_spf_only(self) -> None:
        """The weaker way: nothing is signed."""
        with self.link_opened():
            verdict = self.check_domain(
                "first_invoice_by_spf_only", ["office@acme.test"]
            )
        self.assertEqual(verdict.dmarc, "pass", verdict)
        self.assertFalse(verdict.signatures)

    def test_own_domain_on_a_subdomain(self) -> None:
        """The main domain stays untouched."""
        with self.link_opened():
            verdict = self.check_domain(
                "first_invoice_by_subdomain", ["office@acme.test"]
            )
        self.assertTrue(verdict.passes, verdict)
        self.assertEqual(verdict.aligned_dkim, "mail.acme.test")

    def test_mailbox(self) -> None:
        """A provider that wants TLS and a login."""
        self.open_tour("first_invoice_by_mailbox", f"?port={self.mailbox.port}")
        mail = self.assert_arrived(self.mailbox, "post@acme.test")
        self.assertEqual((mail.encrypted, mail.login), (True, "post@acme.test"))

    def test_mailbox_of_another_name(self) -> None:
        """The login proves nothing for the address: a mailed link does."""
        with self.link_opened():
            self.open_tour(
                "first_invoice_by_mailbox_of_another_name", f"?port={self.mailbox.port}"
            )
        mail = self.assert_arrived(
            self.mailbox, "office@acme.test", ["office@acme.test"]
        )
        self.assertEqual(mail.login, "post@acme.test")

    def test_a_server_that_odoo_has(self) -> None:
        """Who may change mail servers takes one over; there is nothing to type."""
        self.manager.group_ids += self.env.ref("base.group_system")
        server = self.make_server(
            "Old server",
            self.mailbox,
            smtp_encryption="starttls_strict",
            smtp_user="post@acme.test",
            smtp_pass=PASSWORD,
            from_filter="acme.test",
        )
        self.open_tour("first_invoice_by_a_server_of_odoo")
        mail = self.assert_arrived(self.mailbox, "post@acme.test")
        self.assertEqual((mail.encrypted, mail.login), (True, "post@acme.test"))
        self.assertEqual(server.sender_company_id, self.company)

    def test_opening_the_page_anew_with_a_mailbox(self) -> None:
        """Before and after a refused login, and after the test invoice."""
        self.open_tour("reload_with_a_mailbox", f"?port={self.mailbox.port}")
        self.assert_arrived(self.mailbox, "post@acme.test")

    @contextmanager
    def second_company(self):
        """Give the cookies of another company, which changes nothing of Acme."""
        sender = self.make_sender(self.company, "acme.test", "office@acme.test")
        other = self.make_company("Other", "other.test")
        self.manager.company_ids += other
        before = self.get_state(sender)
        yield other, {"cookies": {"cids": str(other.id)}}
        self.env.invalidate_all()
        self.assertEqual(self.company.sender_address_id, sender)
        self.assertEqual(self.get_state(sender), before)
        self.start_tour(
            "/odoo/sender-addresses",
            "mail_sender_domain.only_the_second_company",
            login="manager",
            cookies={"cids": str(other.id)},
        )
        self.open_tour("the_first_company_as_before")

    def get_state(self, sender):
        """All that is stored of an address and its domain."""
        return [
            record.read([name for name, field in record._fields.items() if field.store])
            for record in (sender, sender.domain_id, sender.company_id)
        ]

    def assert_arrived_from(self, company, receiver, email: str):
        """The customer has one test invoice, from the default sender of a company."""
        self.assertEqual(company.sender_address_id.email, email)
        [mail] = receiver.mails
        self.assertEqual(mail.recipients, ("mira@example.com",))
        self.assertEqual(mail.message["From"], f"{company.name} <{email}>")
        return mail

    def test_own_domain_of_a_second_company(self) -> None:
        """Each signs for its own domain."""
        with self.second_company() as (other, options), self.publish_at_second_check():
            self.open_tour("second_company_by_domain", **options)
            mail = self.assert_arrived_from(other, self.receiver, "office@other.test")
            self.assertEqual(self.verify(mail).aligned_dkim, "other.test")

    def test_mailbox_of_a_second_company(self) -> None:
        """Nothing of it leaves through the platform, nor through the first one."""
        login = ("post@other.test", PASSWORD)
        with (
            SmtpReceiver(login=login) as mailbox,
            mailbox.trusted(),
            self.second_company() as (other, options),
        ):
            self.open_tour(
                "second_company_by_mailbox", f"?port={mailbox.port}", **options
            )
            mail = self.assert_arrived_from(other, mailbox, "post@other.test")
            self.assertEqual(mail.login, "post@other.test")
            self.assertFalse(self.receiver.mails + self.mailbox.mails)

    def test_a_broken_mailbox_is_mended_on_the_page(self) -> None:
        """The provider's password was changed; a wrong one is not believed."""
        address = self.make_default_mailbox()
        self.addCleanup(setattr, self.mailbox, "_login", self.mailbox._login)
        self.mailbox._login = ("post@acme.test", NEW_PASSWORD)
        address.action_check_mailbox()
        self.commit()
        self.assertEqual(address.state, "blocked")
        self.open_tour("mend_mailbox")
        self.env.invalidate_all()
        self.assertEqual(address.state, "ready")

    def break_domain(self, domain) -> None:
        """Let the records of a domain be gone for longer than the grace."""
        for record in domain.record_ids:
            self.dns.set(record.host, record.type)
        domain.action_check()
        with freeze_time(fields.Datetime.now() + domain._get_grace() * 2):
            domain.action_check()
        self.assertEqual(domain.state, "broken")
        self.commit()

    def test_a_broken_domain_is_mended_on_the_page(self) -> None:
        """Its records were gone; they are back when the page is opened."""
        address = self.make_sender(self.company, "acme.test", "office@acme.test")
        self.break_domain(address.domain_id)
        self.assertEqual(address.state, "blocked")
        self.publish(address.domain_id)
        self.open_tour("mend_domain")
        mail = self.assert_arrived(self.receiver, "office@acme.test", [RESPONSIBLE])
        self.assertEqual(self.verify(mail).aligned_dkim, "acme.test")

    def test_a_broken_relay_domain_is_not_the_managers_to_mend(self) -> None:
        """The page says what is wrong; once it is mended, mail leaves again."""
        self.make_relay_domain()
        relay = self.env["mail.sender.address"]._get_relay(self.company)
        relay.action_set_default()
        domain = self.env["mail.sender.platform"]._get_platform().relay_domain_id
        self.break_domain(domain)
        self.open_tour("mend_relay")
        self.publish(domain)
        domain.action_check()
        self.open_tour("relay_is_ready_again")
        self.assert_arrived(self.receiver, "acme@relay.test", [RESPONSIBLE])
