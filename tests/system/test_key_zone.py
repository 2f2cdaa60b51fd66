# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""DKIM keys behind aliases: the platform publishes them, and nobody has to help."""

from odoo.exceptions import UserError, ValidationError
from odoo.modules.neutralize import neutralize_database
from odoo.tests import tagged

from odoo.addons.mail_sender_domain.tools.dkim import generate_private_key

from tests.peers.knot import Knot
from tests.peers.nsd import check_zone
from tests.peers.ports import free_port

from .key_case import DAY, KeyCase

ZONE = "keys.platform.test"


class ZoneCase(KeyCase):
    """A platform with a zone on a hidden primary; NSD is its secondary."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.primary = cls.enterClassContext(Knot(ZONE, secondary_port=cls.dns.port))
        cls.dns.add_secondary(ZONE, cls.primary)
        cls.platform = cls.env["mail.sender.platform"]._get_platform()
        cls.company = cls.make_company("Acme", "acme.test")

    def use_updates(self, **values):
        """Let the platform publish by updates."""
        self.platform.write(
            {
                "key_zone": ZONE,
                "key_zone_way": "update",
                "key_zone_server": self.primary.address,
                "key_zone_tsig_name": self.primary.key_name,
                "key_zone_tsig_algorithm": self.primary.algorithm,
                "key_zone_secret": self.primary.secret,
                **values,
            }
        )

    def check_zone(self):
        """Press the button of the platform; return kind and text of what it tells."""
        told = self.platform.action_check_key_zone()["params"]
        return told["type"], told["message"]

    def make_alias_sender(self, name: str):
        """A proven sender of the company whose keys lie behind aliases."""
        domain = self.make_domain(self.company, name, key_publishing="platform")
        self.publish(domain)
        self.settle(domain)
        address = self.make_address(self.company, f"post@{name}")
        address.action_set_default()
        return domain

    def pass_time(self, domain, pause):
        super().pass_time(domain, pause)
        self.run_updates()

    def run_updates(self):
        """Let the scheduler publish what changed."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron = self.env.ref("mail_sender_domain.ir_cron_publish_keys")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def settle(self, domain, pause=0 * DAY):
        """Check twice: what one check published, the next one sees."""
        self.pass_time(domain, pause)
        self.dns.wait_for_transfer(ZONE)
        self.pass_time(domain, DAY)
        self.dns.wait_for_transfer(ZONE)


@tagged("post_install", "-at_install")
class TestKeyZone(ZoneCase):
    """By updates."""

    def test_years_without_the_administrator(self):
        self.use_updates()
        domain = self.make_alias_sender("acme.test")
        aliases = {
            record.host: record.value
            for record in domain.record_ids
            if record.purpose == "dkim"
        }
        self.assertEqual(
            aliases,
            {
                f"{selector}._domainkey.acme.test": f"{selector}.acme.test.{ZONE}"
                for selector in ("odoo-a", "odoo-b")
            },
        )
        self.assertEqual(domain.state, "verified")
        self.assertEqual(self.stages(domain), {"odoo-a": "active", "odoo-b": "pending"})
        signed_with = []
        for _step in range(3 * 365 // 6):
            self.pass_time(domain, 6 * DAY)
            self.dns.wait_for_transfer(ZONE)
            [mail] = self.send(self.company)
            self.assert_all_on_the_way_verify()
            self.assertEqual(domain.state, "verified")
            if signed_with[-1:] != [self.selector(mail)]:
                signed_with.append(self.selector(mail))
                self.assertTrue(self.verify(mail).passes)
        self.assertEqual(signed_with, ["odoo-a", "odoo-b", "odoo-a"])
        self.assertFalse(domain.activity_ids)
        self.assertEqual(
            {
                record.host: record.value
                for record in domain.record_ids
                if record.purpose == "dkim"
            },
            aliases,
        )

    def test_by_hand(self):
        self.use_updates()
        domain = self.make_alias_sender("hand.test")
        domain.action_rotate_keys()
        self.settle(domain)
        self.assertEqual(
            self.stages(domain), {"odoo-a": "retiring", "odoo-b": "active"}
        )
        self.assert_signed(self.company, "odoo-b")
        with self.assertRaisesRegex(UserError, "still needed until"):
            domain.action_rotate_keys()

    def test_a_withdrawn_key_serves_the_next_rotation(self):
        self.use_updates()
        domain = self.make_alias_sender("again.test")
        domain.action_rotate_keys()
        domain.key_ids.filtered("is_withdrawable").action_withdraw()
        self.settle(domain)
        self.assertEqual(self.stages(domain), {"odoo-a": "active", "odoo-b": "pending"})
        domain.action_rotate_keys()
        self.settle(domain)
        self.assertEqual(
            self.stages(domain), {"odoo-a": "retiring", "odoo-b": "active"}
        )

    def test_publishing_changes_over_and_back_while_both_selectors_are_used(self):
        self.use_updates()
        domain = self.make_alias_sender("back.test")
        domain.action_rotate_keys()
        self.settle(domain)
        domain.key_publishing = "domain"
        domain.key_publishing = "platform"
        self.assertEqual(
            self.stages(domain), {"odoo-a": "retiring", "odoo-b": "active"}
        )

    def test_keys_are_published_as_soon_as_they_are_stored(self):
        """And not a moment earlier: what is undone was never published."""
        self.use_updates()
        before = self.primary.serial()
        with self.assertRaisesRegex(UserError, "undone"), self.env.cr.savepoint():
            self.make_domain(self.company, "undone.test", key_publishing="platform")
            raise UserError("undone")
        cron = self.env.ref("mail_sender_domain.ir_cron_publish_keys")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        domain = self.make_domain(self.company, "look.test", key_publishing="platform")
        self.assertTrue(all(domain.key_ids.mapped("is_zone_stale")))
        self.assertTrue(triggers.search([("cron_id", "=", cron.id)]))
        domain.action_check()
        self.assertEqual(self.primary.serial(), before, "not while something is stored")
        self.run_updates()
        self.assertNotEqual(self.primary.serial(), before)
        self.assertFalse(any(domain.key_ids.mapped("is_zone_stale")))

    def test_what_changes_meanwhile_is_published_next(self):
        self.use_updates()
        domain = self.make_domain(self.company, "race.test", key_publishing="platform")
        told = self.platform._prepare_key_changes()
        first, second = domain.key_ids
        first._adopt_private_key(generate_private_key("rsa"))
        self.platform._note_published(told)
        self.assertTrue(first.is_zone_stale)
        self.assertFalse(second.is_zone_stale)

    def test_keys_that_are_deleted_leave_the_zone(self):
        self.use_updates()
        domain = self.make_domain(self.company, "gone.test", key_publishing="platform")
        aliases = [key._get_alias() for key in domain.key_ids]
        for change, is_published in (
            (lambda: True, True),
            (lambda: domain.write({"key_publishing": "domain"}), False),
            (lambda: domain.write({"key_publishing": "platform"}), True),
            (domain.unlink, False),
        ):
            change()
            self.run_updates()
            for alias in aliases:
                self.assertEqual(bool(self.primary.texts(alias)), is_published)
            self.assertFalse(self.platform.key_zone_leftovers)

    def test_a_domain_changes_over(self):
        """The key that signs goes on; the next one comes from the platform."""
        self.use_updates()
        sender = self.make_sender(self.company, "over.test", "post@over.test")
        domain = sender.domain_id
        domain.key_publishing = "platform"
        self.publish(domain)
        self.settle(domain)
        self.assertEqual(
            self.stages(domain),
            {"odoo1": "active", "odoo-a": "pending", "odoo-b": "pending"},
        )
        domain.action_rotate_keys()
        self.settle(domain, DAY)
        self.assert_signed(self.company, "odoo-a")

    def test_the_name_server_does_not_take_updates_for_a_while(self):
        """The keys that are published go on, and the change is made up for."""
        self.use_updates()
        domain = self.make_alias_sender("outage.test")
        domain.action_rotate_keys()
        self.settle(domain)
        self.platform.write(
            {
                "key_zone_server": f"127.0.0.1:{free_port()}",
                "key_zone_secret": self.primary.secret,
            }
        )
        self.pass_time(domain, 9 * DAY)
        self.assertIn("could not be reached", self.platform.key_zone_problem)
        self.assertEqual(self.stages(domain), {"odoo-b": "active", "odoo-a": "pending"})
        self.assert_signed(self.company, "odoo-b")
        self.use_updates()
        self.settle(domain, DAY)
        self.assertFalse(self.platform.key_zone_problem)
        self.assertTrue(self.key(domain, "odoo-a").published_since)

    # ----------------------------------------------------------- the settings

    def test_what_the_check_tells(self):
        self.use_updates()
        self.dns.wait_for_transfer(ZONE)
        self.check_zone()
        self.dns.wait_for_transfer(ZONE)
        self.assertEqual(
            self.check_zone(),
            ("success", f"{ZONE} works. Sending domains can point to it."),
        )
        table = [
            ({"key_zone_secret": "c2VjcmV0"}, "another secret"),
            ({"key_zone_secret": "no base-64"}, "in base64"),
            ({"key_zone_tsig_name": "somebody"}, "does not know the key"),
            ({"key_zone_tsig_algorithm": "hmac-sha512"}, "does not know the key"),
            ({"key_zone": "elsewhere.test"}, "could not be verified"),
            ({"key_zone_server": "127.0.0.1:1"}, "could not be reached"),
            ({"key_zone_server": "ns.example"}, "not the address of a name server"),
        ]
        for values, message in table:
            with self.subTest(message):
                self.use_updates(**values)
                kind, text = self.check_zone()
                self.assertEqual(kind, "danger")
                self.assertIn(message, text)
                self.assertNotIn(self.primary.secret, text)

    def test_the_secret_is_written_only_and_wiped(self):
        self.use_updates()
        self.assertTrue(self.platform.has_key_zone_secret)
        self.assertFalse(self.platform.key_zone_secret)
        self.assertNotIn("sender_password", self.platform.read()[0])
        self.platform.key_zone_tsig_name = "other"
        self.platform.invalidate_recordset()
        self.assertFalse(self.platform.has_key_zone_secret)
        with self.assertRaisesRegex(UserError, "Fill in the fields"):
            self.platform.action_check_key_zone()

    def test_a_neutralized_copy_changes_no_zone(self):
        self.use_updates()
        domain = self.make_domain(self.company, "copy.test", key_publishing="platform")
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.assertFalse(self.platform.has_key_zone_secret)
        self.assertFalse(self.platform.key_zone_server)
        before = self.primary.serial()
        domain.action_check()
        self.assertEqual(self.primary.serial(), before)
        self.assertTrue(domain.key_ids.filtered("is_zone_stale"))

    def test_aliases_are_not_offered_without_a_way(self):
        domain = self.make_domain(self.company, "none.test")
        self.assertFalse(domain.offers_aliases)
        with self.assertRaisesRegex(ValidationError, "no zone for keys"):
            domain.key_publishing = "platform"

    def test_a_zone_in_use_is_kept(self):
        self.use_updates()
        self.make_domain(self.company, "kept.test", key_publishing="platform")
        for zone in (False, "elsewhere.test"):
            with self.assertRaisesRegex(ValidationError, "aliases of kept.test"):
                self.platform.key_zone = zone

    def test_a_name_that_is_too_long(self):
        self.use_updates()
        name = ".".join(["a" * 60] * 4)[:225] + ".test"
        with self.assertRaisesRegex(ValidationError, "too long for an alias"):
            self.make_domain(self.company, name, key_publishing="platform")


@tagged("post_install", "-at_install")
class TestKeyZoneFile(KeyCase):
    """By a zone file that somebody loads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.platform = cls.env["mail.sender.platform"]._get_platform()
        cls.platform.write(
            {
                "key_zone": ZONE,
                "key_zone_way": "file",
                "key_zone_name_servers": "NS1.platform.test ns2.platform.test.",
            }
        )
        cls.company = cls.make_company("Acme", "acme.test")

    def load_zone(self):
        """Let the name server load the file, as the administrator does."""
        text = self.platform._write_key_zone()
        check_zone(ZONE, text)
        self.dns.load(ZONE, text)

    def test_a_rotation(self):
        self.dns.add_zone(ZONE)
        domain = self.make_domain(self.company, "acme.test", key_publishing="platform")
        self.publish(domain)
        domain.action_check()
        self.assertIn("load the zone file", domain.key_ids[0].next_step)
        self.load_zone()
        domain.action_check()
        self.assertEqual(domain.state, "verified")
        self.make_address(self.company, "post@acme.test").action_set_default()
        self.assert_signed(self.company, "odoo-a")
        domain.action_rotate_keys()
        self.pass_time(domain, DAY)
        self.assert_signed(self.company, "odoo-b")
        self.pass_time(domain, 9 * DAY)
        self.load_zone()
        self.pass_time(domain, DAY)
        self.assertTrue(self.key(domain, "odoo-a").published_since)
        self.assertEqual(
            self.platform.action_check_key_zone()["params"]["type"], "success"
        )

    def test_the_administrator_is_asked_once_for_each_change(self):
        self.dns.add_zone(ZONE)
        domain = self.make_domain(self.company, "ask.test", key_publishing="platform")
        other = self.make_domain(self.company, "too.test", key_publishing="platform")
        (domain + other).action_check()
        domain.action_check()
        activity = self.platform.activity_ids
        self.assertEqual(activity.user_id, self.env.ref("base.user_admin"))
        self.assertIn(ZONE, activity.note)
        self.platform.action_download_key_zone()
        self.assertFalse(self.platform.activity_ids)
        self.publish(domain)
        self.load_zone()
        domain.action_check()
        domain.action_rotate_keys()
        self.pass_time(domain, DAY)
        self.assertFalse(self.platform.activity_ids)
        # The first key has retired, and its selector holds the next one.
        self.pass_time(domain, 9 * DAY)
        self.assertEqual(len(self.platform.activity_ids), 1)

    def test_deleting_keys_asks_for_the_zone_to_be_loaded(self):
        domain = self.make_domain(self.company, "less.test", key_publishing="platform")
        domain.action_check()
        self.platform.action_download_key_zone()
        self.assertFalse(self.platform.activity_ids)
        domain.key_publishing = "domain"
        self.assertEqual(len(self.platform.activity_ids), 1)
        self.assertNotIn("less.test", self.platform._write_key_zone())
        self.platform.action_download_key_zone()
        domain.key_publishing = "platform"
        domain.action_check()
        self.platform.action_download_key_zone()
        domain.unlink()
        self.assertEqual(len(self.platform.activity_ids), 1)

    def test_another_way_knows_none_of_the_keys(self):
        domain = self.make_domain(self.company, "way.test", key_publishing="platform")
        domain.action_check()
        self.assertFalse(any(domain.key_ids.mapped("is_zone_stale")))
        self.platform.key_zone_name_servers = "ns3.platform.test"
        self.assertFalse(any(domain.key_ids.mapped("is_zone_stale")))
        self.platform.key_zone_way = "update"
        self.assertTrue(all(domain.key_ids.mapped("is_zone_stale")))
