# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.mail_sender_domain_keys import PUBLISH_ACTIVITY, REMIND, REMOVE_ACTIVITY
from ..tools.key_rotation import INTERVAL, KEEP, NOTED
from .common import SenderCommon

NOON = datetime(2026, 11, 22, 12, 0)
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestKeyRotation(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = cls.enterClassContext(freeze_time(NOON))
        cls.domain = cls.create_verified_domain()
        cls.manager = cls.create_manager("mira", cls.company)
        cls.company.sender_responsible_id = cls.manager

    def setUp(self):
        super().setUp()
        self.clock.move_to(NOON)

    def check_after(self, pause):
        """Let time pass and check the domain."""
        self.clock.tick(pause)
        self.domain.action_check()

    def get_stages(self):
        """Which key is in which stage."""
        return {key.selector: key.stage for key in self.domain.key_ids}

    def get_key(self, selector):
        return self.domain.key_ids.filtered(lambda key: key.selector == selector)

    def get_record(self, selector):
        host = self.get_key(selector).host
        return self.domain.record_ids.filtered(lambda record: record.host == host)

    def publish_key(self, selector):
        key = self.get_key(selector)
        self.dns.set(key.host, "TXT", key.public_record)

    def get_activities(self, activity_type=PUBLISH_ACTIVITY):
        return self.domain.activity_search([activity_type])

    def test_a_year_goes_by(self):
        self.assertEqual(self.get_stages(), {"odoo1": "active"})
        self.check_after(INTERVAL - DAY)
        self.assertEqual(self.get_stages(), {"odoo1": "active"})
        self.assertFalse(self.get_activities())

        # A new key is made, and somebody is asked to publish it.
        self.check_after(DAY)
        self.assertEqual(self.get_stages(), {"odoo1": "active", "odoo2": "pending"})
        self.assertEqual(self.get_record("odoo2").requirement, "recommended")
        [activity] = self.get_activities()
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("odoo2._domainkey.acme.test", activity.note)
        self.assertIn("Publish odoo2._domainkey", self.get_key("odoo2").next_step)

        # It was published and seen; nobody has to do anything.
        self.publish_key("odoo2")
        self.check_after(DAY)
        self.assertEqual(self.get_stages(), {"odoo1": "active", "odoo2": "pending"})
        self.assertFalse(self.get_activities())
        self.assertIn("its record was seen", self.get_key("odoo2").next_step)

        # It has settled: it takes over, and the old record stays.
        self.check_after(DAY)
        self.assertEqual(self.get_stages(), {"odoo1": "retiring", "odoo2": "active"})
        self.assertEqual(self.domain._get_signing_keys(), self.get_key("odoo2"))
        self.assertTrue(self.get_record("odoo1"))
        self.assertIn("Leave odoo1._domainkey", self.get_key("odoo1").next_step)
        self.assertEqual(self.domain.state, "verified")

        self.check_after(7 * DAY)
        self.assertEqual(self.get_stages()["odoo1"], "retiring")

        # The old record may go, and the old key can never sign again.
        self.check_after(DAY)
        self.assertEqual(self.get_stages(), {"odoo1": "retired", "odoo2": "active"})
        self.assertFalse(self.get_record("odoo1"))
        [activity] = self.get_activities(REMOVE_ACTIVITY)
        self.assertIn("odoo1._domainkey.acme.test may be removed", activity.note)
        self.env.cr.execute(
            "SELECT private_key FROM mail_sender_dkim_key WHERE id = %s",
            [self.get_key("odoo1").id],
        )
        self.assertEqual(self.env.cr.fetchone(), (None,))

    def test_a_record_that_never_appears(self):
        """The old key signs for ever, and somebody is asked again and again."""
        self.check_after(INTERVAL)
        first = self.get_activities()
        self.check_after(REMIND - DAY)
        self.assertEqual(self.get_activities(), first)
        self.check_after(DAY)
        second = self.get_activities()
        self.assertEqual((len(second), first.exists()), (1, first.browse()))
        second.action_feedback()
        self.check_after(DAY)
        self.assertFalse(self.get_activities())
        self.check_after(REMIND)
        self.assertTrue(self.get_activities())
        self.check_after(INTERVAL)
        self.assertEqual(self.get_stages(), {"odoo1": "active", "odoo2": "pending"})
        self.assertEqual(self.domain.state, "verified")

    def test_no_answer_changes_nothing(self):
        self.check_after(INTERVAL)
        self.publish_key("odoo2")
        self.check_after(DAY)
        for selector in ("odoo1", "odoo2"):
            host = self.get_key(selector).host
            self.dns.fail(host, "timeout")
            self.addCleanup(self.dns.fail, host, None)
        self.check_after(DAY)
        self.assertTrue(self.get_key("odoo1").published_since)
        self.assertTrue(self.get_key("odoo2").published_since)

    def test_the_old_record_is_removed_too_early(self):
        self.check_after(INTERVAL)
        self.publish_key("odoo2")
        self.check_after(DAY)
        self.check_after(DAY)
        self.dns.set(self.get_key("odoo1").host, "TXT")
        self.check_after(DAY)
        self.assertEqual(self.get_stages(), {"odoo1": "retiring", "odoo2": "active"})
        self.assertIn("Removed too early", self.get_key("odoo1").next_step)
        self.assertIn("Removed too early", self.get_activities().note)
        self.assertEqual(self.domain.state, "verified")

    def test_a_revoked_key(self):
        """The domain is in trouble until a new key was seen; that one signs at once."""
        self.dns.set(self.get_key("odoo1").host, "TXT", "v=DKIM1; k=rsa; p=")
        self.check_after(DAY)
        self.assertEqual(self.get_stages(), {"odoo1": "active"})
        self.assertEqual(self.domain.state, "failing")
        self.assertIn("Receivers cannot verify it", self.get_activities().note)
        self.domain.action_rotate_keys()
        self.publish_key("odoo2")
        self.check_after(timedelta(minutes=1))
        self.assertEqual(self.get_stages(), {"odoo1": "pending", "odoo2": "active"})
        self.assertEqual(self.domain.state, "verified")
        self.get_key("odoo1").action_withdraw()
        self.assertEqual(self.get_stages(), {"odoo2": "active"})

    def test_two_algorithms_follow_one_another_apart(self):
        self.env["mail.sender.dkim.key"].create(
            {"domain_id": self.domain.id, "algorithm": "ed25519"}
        )
        self.publish_key("odoo2")
        self.check_after(DAY)
        self.assertEqual(self.get_stages(), {"odoo1": "active", "odoo2": "active"})
        self.domain.action_rotate_keys()
        self.assertEqual(
            self.domain.key_ids.filtered(lambda key: key.stage == "pending").mapped(
                "algorithm"
            ),
            ["rsa", "ed25519"],
        )

    # ----------------------------------------------------------------- by hand

    def test_by_hand(self):
        domain = self.as_user(self.domain, self.manager)
        domain.action_rotate_keys()
        self.assertEqual(self.get_stages(), {"odoo1": "active", "odoo2": "pending"})
        self.assertTrue(self.get_activities())
        with self.assertRaisesRegex(UserError, "odoo2 is a new key already"):
            domain.action_rotate_keys()
        domain.key_ids[1].action_withdraw()
        self.assertEqual(self.get_stages(), {"odoo1": "active"})
        with self.assertRaisesRegex(UserError, "cannot be withdrawn"):
            domain.key_ids.action_withdraw()

    def test_nothing_to_rotate(self):
        domain = self.create_domain("fresh.test")
        with self.assertRaisesRegex(UserError, "no key that signs"):
            domain.action_rotate_keys()
        self.assertFalse(domain.activity_ids)

    def test_whoever_may_not_change_the_domain(self):
        stranger = self.create_manager("stranger", self.other_company)
        self.domain.shared_company_ids = self.other_company
        self.domain.action_rotate_keys()
        domain = self.as_user(self.domain, stranger)
        self.assertEqual(len(domain.key_ids), 2)
        with self.assertRaises(AccessError):
            domain.action_rotate_keys()
        with self.assertRaises(AccessError):
            domain.key_ids[1].action_withdraw()

    # ---------------------------------------------------------- last signature

    def test_a_signature_is_noted_once_a_day(self):
        key = self.domain.key_ids
        for pause, is_noted in ((0 * DAY, True), (NOTED / 2, False), (NOTED, True)):
            with self.subTest(pause):
                self.clock.tick(pause)
                before = len(self.env.cr.postcommit._funcs)
                key._note_signature()
                after = len(self.env.cr.postcommit._funcs)
                self.assertEqual(after - before, int(is_noted))
                if is_noted:
                    key.last_signature = datetime.now()
        self.env.cr.postcommit.clear()
        self.env.cr.postrollback.clear()

    def test_a_late_signature_keeps_the_record(self):
        key = self.domain.key_ids
        key.write({"stage": "retiring", "stage_since": NOON - KEEP})
        key.last_signature = NOON - DAY
        self.assertEqual(key._get_keep_until(), NOON - DAY + KEEP)
