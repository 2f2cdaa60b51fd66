# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A year in the life of DKIM keys: no mail is unsigned, and all of it is verified."""

from odoo.tests import tagged

from tests.peers import opendkim

from .key_case import DAY, KeyCase

PUBLISH = "mail_sender_domain.mail_activity_type_publish_key"
REMOVE = "mail_sender_domain.mail_activity_type_remove_key"


@tagged("post_install", "-at_install")
class TestKeyRotation(KeyCase):
    """The domain's administrator publishes each key."""

    def make_company_with_domain(self, name: str):
        """A company with a proven sender; return it and its domain."""
        company = self.make_company(name.capitalize(), f"{name}.test")
        sender = self.make_sender(company, f"{name}.test", f"post@{name}.test")
        return company, sender.domain_id

    def hand_over(self, domain) -> None:
        """Rotate by hand until the new key signs."""
        domain.action_rotate_keys()
        self.publish_key(domain, "odoo2")
        self.pass_time(domain, DAY)
        self.pass_time(domain, DAY)
        self.assertEqual(self.stages(domain), {"odoo1": "retiring", "odoo2": "active"})

    def test_two_years_with_a_slow_administrator(self):
        company, domain = self.make_company_with_domain("years")
        signed_with = []
        asked = {}
        for _step in range(800 // 5):
            self.pass_time(domain, 5 * DAY)
            [mail] = self.send(company)
            self.assert_all_on_the_way_verify()
            self.assertEqual(domain.state, "verified")
            if self.selector(mail) not in signed_with:
                signed_with.append(self.selector(mail))
                self.assertTrue(self.verify(mail).passes)
            # Two weeks after being asked to, somebody publishes a record ...
            for key in domain.key_ids.filtered("needs_record"):
                since = asked.setdefault(key.selector, self.now)
                if self.now - since >= 14 * DAY:
                    self.assertTrue(domain.activity_search([PUBLISH]))
                    self.publish_key(domain, key.selector)
            # ... and removes one at once when it may go.
            if removal := domain.activity_search([REMOVE]):
                for key in domain.key_ids.filtered(lambda key: key.stage == "retired"):
                    self.dns.remove(key.host)
                removal.action_feedback()
        self.assertEqual(signed_with, ["odoo1", "odoo2", "odoo3"])

    def test_a_record_that_never_appears(self):
        company, domain = self.make_company_with_domain("never")
        for _month in range(30):
            self.pass_time(domain, 30 * DAY)
        self.assertEqual(self.stages(domain), {"odoo1": "active", "odoo2": "pending"})
        self.assertTrue(domain.activity_search([PUBLISH]))
        self.assert_signed(company, "odoo1")

    def test_the_old_record_is_removed_too_early(self):
        company, domain = self.make_company_with_domain("early")
        [old_mail] = self.send(company)
        self.hand_over(domain)
        old = self.key(domain, "odoo1")
        self.dns.remove(old.host)
        self.pass_time(domain, DAY)
        self.assertFalse(opendkim.verify(old_mail.content, self.dns.address).passes)
        self.assertIn(old.host, domain.activity_search([PUBLISH]).note)
        self.assert_signed(company, "odoo2")

        # It is put back, and the mail on its way is verified again.
        self.publish_key(domain, "odoo1")
        self.pass_time(domain, DAY)
        self.assertTrue(opendkim.verify(old_mail.content, self.dns.address).passes)
        self.assertFalse(domain.activity_search([PUBLISH]))

    def test_the_record_of_the_key_that_signs_is_gone(self):
        """The one before it is still published, and helps out at once."""
        company, domain = self.make_company_with_domain("gone")
        self.hand_over(domain)
        self.dns.remove(self.key(domain, "odoo2").host)
        self.pass_time(domain, DAY)
        self.assertEqual(self.stages(domain), {"odoo1": "active", "odoo2": "pending"})
        self.assertEqual(domain.state, "verified")
        self.assert_signed(company, "odoo1")

    def test_a_revoked_key(self):
        company, domain = self.make_company_with_domain("revoked")
        self.dns.set(self.key(domain, "odoo1").host, "TXT", "v=DKIM1; k=rsa; p=")
        self.pass_time(domain, DAY)
        self.assertEqual(domain.state, "failing")
        domain.action_rotate_keys()
        self.publish_key(domain, "odoo2")
        self.pass_time(domain, DAY / 24)
        self.assertEqual(domain.state, "verified")
        self.assert_signed(company, "odoo2")

    def test_everybody_who_shares_the_domain_follows(self):
        """Two companies and a branch sign with the same keys."""
        company, domain = self.make_company_with_domain("shared")
        other = self.make_company("Other", "shared-other.test")
        domain.shared_company_ids = other
        self.make_address(other, "other@shared.test").action_set_default()
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": company.id}
        )
        self.env.user.company_ids += branch
        for each in (company, other, branch):
            self.assert_signed(each, "odoo1")
        self.hand_over(domain)
        for each in (company, other, branch):
            self.assert_signed(each, "odoo2")
        self.assert_all_on_the_way_verify()

    def test_the_relay_domain_follows(self):
        relay = self.make_relay_domain("relay-keys.test")
        company = self.make_company("Guest", "guest.test")
        address = self.env["mail.sender.address"].create(
            {
                "name": "Guest",
                "email": "guest@relay-keys.test",
                "company_id": company.id,
                "mode": "relay",
            }
        )
        address.action_set_default()
        self.assert_signed(company, "odoo1")
        self.hand_over(relay)
        self.assert_signed(company, "odoo2")
        self.assert_all_on_the_way_verify()
