# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import mail_sender_domain_recheck as recheck
from .common import SenderCommon


@tagged("post_install", "-at_install")
class TestCheckStoring(SenderCommon):
    """Checks of many domains are stored together, and no worse than one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domains = cls.env["mail.sender.domain"]
        for number in range(recheck.STORED_TOGETHER):
            domain = cls.create_domain(f"acme{number}.test")
            cls.publish(domain)
            cls.env["mail.sender.address"].create(
                {
                    "name": "Acme",
                    "email": f"post@{domain.name}",
                    "company_id": cls.company.id,
                }
            )
            cls.domains |= domain
        cls.domains.action_check()

    def store(self, domains):
        """Check these domains as the scheduler does.

        :return: how many queries storing took
        """
        self.env.invalidate_all()
        checks = domains._ask_dns(self.dns)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        domains._store_apart(checks)
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_many_domains_cost_as_many_queries_as_two(self):
        self.store(self.domains)
        now = fields.Datetime.now()
        # After a day or two all of them have the same to write: both dates of a check.
        with freeze_time(now + timedelta(days=2)):
            two = self.store(self.domains[:2])
        with freeze_time(now + timedelta(days=4)):
            self.assertEqual(self.store(self.domains), two)
        self.assertEqual(set(self.domains.mapped("state")), {"verified"})

    def test_what_is_as_it_was_empties_no_caches(self):
        """Those of all workers, which would have to read all anew after each check."""
        with patch.object(type(self.registry), "clear_cache") as emptied:
            self.store(self.domains)
            emptied.assert_not_called()
            self.dns.remove("_mail-sender.acme0.test", "TXT")
            self.store(self.domains)
            emptied.assert_called()
        self.assertEqual(self.domains[0].state, "failing")

    @mute_logger(recheck.__name__)
    def test_what_cannot_be_stored_does_not_hold_up_the_others(self):
        bad, *others = self.domains
        model = type(self.domains)
        conclude = model._conclude

        def fail(domain, grace):
            conclude(domain, grace)
            if domain == bad:
                raise RuntimeError

        for domain in self.domains:
            self.dns.remove(f"_mail-sender.{domain.name}", "TXT")
        with patch.object(model, "_conclude", fail):
            self.store(self.domains)
        self.env.invalidate_all()
        self.assertEqual({other.state for other in others}, {"failing"})
        self.assertEqual(bad.state, "verified")
