# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A manager publishes records, one of them wrong, and mends it; a real DNS answers."""

import json
from unittest.mock import patch

from odoo import Command, http
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail_sender_domain.models.mail_sender_domain_check import (
    DNS_SERVERS_PARAMETER,
    MailSenderDomain,
)
from odoo.addons.mail_sender_domain.tests.screen import (
    DESKTOP,
    PHONE,
    Screen,
    ScreenCase,
)
from odoo.addons.mail_sender_domain.tools.dkim import (
    generate_private_key,
    public_record,
)

from tests.peers.faulty_dns import FaultyDns, silence
from tests.peers.nsd import Nsd

#: What the platform publishes about itself.
PLATFORM_RECORDS = {
    "return.platform.test": {
        "TXT": ["v=spf1 ip4:192.0.2.10 -all"],
        "MX": ["10 mx.platform.test"],
    }
}

#: What is there when a check is over and the page tells what it stored.
END = ".o_mail_sender_check:has(.alert) > button:not(.disabled)"


@tagged("post_install", "-at_install")
class TestDomainCheckScreens(ScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nsd = cls.enterClassContext(
            Nsd("platform.test", "acme.test", records=PLATFORM_RECORDS)
        )
        cls.faulty = cls.enterClassContext(FaultyDns(cls.nsd.address))
        cls.startClassPatcher(
            patch.object(
                MailSenderDomain, "_get_resolver", cls.ask_real_resolver.__func__
            )
        )
        cls.env["ir.config_parameter"].set_param(
            DNS_SERVERS_PARAMETER, cls.faulty.address
        )
        new_test_user(
            cls.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            name="Mira Manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.domain = cls.create_domain("acme.test")
        cls.path = f"/odoo/sending-domains/{cls.domain.id}"

    def setUp(self):
        super().setUp()
        self.faulty.faults.clear()

    def publish_all(self):
        """Publish every required record, as the page asks for them."""
        for record in self.domain.record_ids:
            if record.requirement == "required":
                self.nsd.set(record.host, record.type, record.value)

    def go_the_way(self, device):
        """From nothing over a wrong record to a verified domain."""
        self.use(device)
        for record in self.domain.record_ids:
            self.nsd.remove(record.host)
        self.start_tour(self.path, "mail_sender_domain.check_pending", login="manager")
        self.assertEqual(self.domain.state, "pending")
        self.publish_all()
        dkim = self.domain.record_ids.filtered(lambda line: line.purpose == "dkim")
        other_key = str(public_record(generate_private_key("rsa")))
        self.nsd.set(dkim.host, "TXT", other_key)
        self.start_tour(self.path, "mail_sender_domain.check_wrong", login="manager")
        self.assertEqual(self.domain.state, "pending")
        # What the page says to publish is what mends it.
        self.nsd.set(dkim.host, "TXT", dkim.form_value)
        self.start_tour(self.path, "mail_sender_domain.check_right", login="manager")
        self.assertEqual(self.domain.state, "verified")

    def test_from_nothing_to_verified(self):
        self.go_the_way(DESKTOP)

    def test_from_nothing_to_verified_on_a_phone(self):
        self.go_the_way(PHONE)

    def test_name_servers_that_keep_silent(self):
        """The page stays alive, and says of each record that there was no answer."""
        self.faulty.faults["*"] = silence
        self.start_tour(self.path, "mail_sender_domain.check_silent", login="manager")
        self.assertEqual(set(self.domain.record_ids.mapped("status")), {"unknown"})

    def test_what_a_check_shows_when_it_is_over(self):
        self.publish_all()
        dkim = self.domain.record_ids.filtered(lambda line: line.purpose == "dkim")
        self.nsd.set(dkim.host, "TXT", str(public_record(generate_private_key("rsa"))))
        self.check_screens(
            "manager",
            [
                Screen(
                    self.path,
                    ".o_mail_sender_check button",
                    "domain-wrong",
                    presses=(("Check now", END),),
                )
            ],
        )

    def ask(self, token=None):
        """Ask Odoo for a check; return what it answers."""
        return self.url_open(
            f"/mail_sender/check/{self.domain.id}",
            {"csrf_token": token or http.Request.csrf_token(self)},
        )

    def test_strangers_cannot_check(self):
        """Neither who manages no senders, nor managers whom a domain is shared with."""
        new_test_user(self.env, "stranger", groups="base.group_user")
        guest = new_test_user(
            self.env,
            "guest",
            groups="mail_sender_domain.group_sender_manager",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        self.domain.shared_company_ids = guest.company_id
        for login in ("stranger", "guest"):
            with self.subTest(login):
                self.authenticate(login, login)
                [told] = [json.loads(line) for line in self.ask().text.splitlines()]
                self.assertEqual(told["may_send"], False)
                self.env.invalidate_all()
                self.assertFalse(self.domain.last_check)

    @mute_logger("odoo.http")
    def test_a_forged_request_checks_nothing(self):
        self.authenticate("manager", "manager")
        self.assertEqual(self.ask("wrong").status_code, 400)
        self.env.invalidate_all()
        self.assertFalse(self.domain.last_check)
