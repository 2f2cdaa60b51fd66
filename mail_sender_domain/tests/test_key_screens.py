# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.key_rotation import SETTLE
from .screen import DESKTOP, PHONE, Screen, ScreenCase
from .test_screens import DOMAINS, FORM, PLATFORM

ZONE = "keys.platform.test"


@tagged("post_install", "-at_install")
class TestKeyScreens(ScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, group in (
            ("manager", "mail_sender_domain.group_sender_manager"),
            ("administrator", "base.group_system"),
        ):
            new_test_user(
                cls.env,
                login,
                groups=group,
                name=login.capitalize(),
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
        cls.domain = cls.create_verified_domain()

    def use_zone_file(self):
        self.platform.write(
            {
                "key_zone": ZONE,
                "key_zone_way": "file",
                "key_zone_name_servers": "ns1.platform.test",
            }
        )

    @mute_logger("odoo.http")  # the refusal is part of the tour
    def test_a_manager_rotates_the_keys(self):
        self.start_tour("/odoo", "mail_sender_domain.rotate_keys", login="manager")
        self.assertEqual(self.domain.key_ids.mapped("stage"), ["active"])

    @mute_logger("odoo.http")  # the refusal is part of the tour
    def test_the_administrator_imports_a_key(self):
        for device in (DESKTOP, PHONE):
            with self.subTest(device.name):
                self.use(device)
                self.start_tour(
                    "/odoo", "mail_sender_domain.import_key", login="administrator"
                )
                imported = self.domain.key_ids[1:]
                self.assertEqual(imported.selector, "mail2026")
                imported.unlink()

    def test_the_administrator_sets_up_a_zone(self):
        self.start_tour(PLATFORM, "mail_sender_domain.key_zone", login="administrator")
        self.assertEqual(self.domain.key_publishing, "platform")
        answer = self.url_open(
            self.platform.action_download_key_zone()["url"], timeout=30
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn(f"$ORIGIN {ZONE}.", answer.text)
        self.assertIn("odoo-a.acme.test IN TXT", answer.text)

    def test_screens_of_keys(self):
        self.domain.action_rotate_keys()
        self.publish(self.domain)
        key = self.domain.key_ids[1]
        self.dns.set(key.host, "TXT", key.public_record)
        self.domain.action_check()
        with freeze_time(key.published_since + SETTLE):
            self.domain.action_check()
            self.domain.action_rotate_keys()
        self.check_screens(
            "manager",
            [
                Screen(f"{DOMAINS}/{self.domain.id}", FORM, "domain-keys", tab="keys"),
            ],
        )
        self.check_screens(
            "administrator",
            [
                Screen(
                    f"{DOMAINS}/{self.domain.id}",
                    FORM,
                    "key-import",
                    tab="keys",
                    presses=(("Import a Key", ".modal [name=private_key]"),),
                ),
            ],
        )

    def test_screens_of_aliases(self):
        self.use_zone_file()
        self.domain.key_publishing = "platform"
        self.domain.action_check()
        self.check_screens(
            "administrator",
            [
                Screen(f"{DOMAINS}/{self.domain.id}", FORM, "domain-aliases", "keys"),
                Screen(PLATFORM, ".o_form_view"),
            ],
        )
        self.platform.key_zone_way = "update"
        self.check_screens(
            "administrator", [Screen(PLATFORM, ".o_form_view", "platform-key-zone")]
        )
