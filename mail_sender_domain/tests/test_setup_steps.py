# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""At each step of each way people may leave, go back and begin again."""

from contextlib import contextmanager
from copy import deepcopy

from odoo.tests import new_test_user, tagged

from .common import SenderCommon

#: What people choose: mode, values of its details, the sender that comes of it.
WAYS = {
    "relay": ("relay", {}, "acme@relay.test"),
    "own domain": ("domain", {}, "info@acme.test"),
    "subdomain": ("domain", {"layout": "subdomain"}, "info@acme.test"),
    "SPF only": ("domain", {"layout": "spf_only"}, "info@acme.test"),
    "mailbox": (
        "smtp",
        {"smtp_host": "smtp.acme.test", "smtp_password": "secret"},
        "info@acme.test",
    ),
    "mailbox of another name": (
        "smtp",
        {
            "smtp_host": "smtp.acme.test",
            "smtp_user": "post@acme.test",
            "smtp_password": "secret",
        },
        "info@acme.test",
    ),
}

STEPS = ("email", "mode", "details", "check", "done")

#: Nothing is saved before these steps.
SAVED_STEPS = ("check", "done")


@tagged("post_install", "-at_install")
class TestSetupSteps(SenderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        relay = cls.create_verified_domain("relay.test")
        relay.company_id = False
        cls.platform.write(
            {"relay_domain_id": relay.id, "spf_include": "spf.platform.test"}
        )
        cls.dns.set("spf.platform.test", "TXT", "v=spf1 ip4:192.0.2.10 -all")
        cls.manager = new_test_user(
            cls.env,
            "manager",
            groups="mail_sender_domain.group_sender_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        settings = cls.env["mail.sender.settings"].browse(cls.company.id)
        cls.settings = cls.as_user(settings, cls.manager)

    @contextmanager
    def forgetting(self):
        """Undo what happens inside, in the database and in DNS."""
        zone = deepcopy(self.dns.zone)
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
            self.env.registry.clear_cache()
            self.dns.zone = zone

    # ------------------------------------------------------------ what people do

    def open(self):
        """Press the button that the page offers; return the set-up that opens."""
        self.settings.invalidate_recordset()
        context = self.settings.action_next_step()["context"]
        setup = self.as_user(self.env["mail.sender.setup"], self.manager)
        return setup.with_context(**context).create({})

    def walk(self, setup, way, goal="done"):
        """Go on to a step, at most until something has to be done elsewhere."""
        mode, details, _email = WAYS[way]
        for _number in STEPS:
            if setup.step in (goal, "check", "done"):
                return
            if setup.step == "mode":
                setup.mode = mode
            if setup.step == "details":
                setup.write(details)
            self.click_next(setup)

    def finish(self, setup, way):
        """Go on to the end, doing elsewhere what has to be done there."""
        self.walk(setup, way)
        if setup.step != "done":
            self.do_the_rest()
            self.click_next(setup)

    def do_the_rest(self):
        """Publish the records, and open the link, that the company's sender needs."""
        for address in self.get_addresses():
            if address.domain_id:
                self.publish(address.domain_id)
                for record in address.domain_id.record_ids:
                    if record.purpose == "spf":
                        self.dns.set(record.host, record.type, record.value)
        link = self.env["mail.sender.confirmation"].search([], limit=1)
        if link and not link._get_obstacle():
            link._confirm()

    def get_addresses(self):
        """What people began: the system may have made a relay address by itself."""
        addresses = self.env["mail.sender.address"].search(
            [("company_id", "=", self.company.id)]
        )
        return addresses.filtered(lambda a: a.mode != "relay") or addresses

    # --------------------------------------------------------------- what is sane

    def check_state(self, step):
        """What is there after leaving at a step."""
        addresses = self.get_addresses()
        domains = self.env["mail.sender.domain"].search(
            [("company_id", "=", self.company.id)]
        )
        self.settings.invalidate_recordset()
        if step == "done":
            self.assertEqual(self.company.sender_address_id, addresses)
            self.assertEqual(self.settings.state, "ready")
            return
        self.assertFalse(self.company.sender_address_id)
        if step in SAVED_STEPS:
            self.assertEqual(len(addresses), 1)
            self.assertLessEqual(len(domains), 1)
            self.assertEqual(self.settings.next_step, "go_on")
        else:
            self.assertFalse(addresses)
            self.assertFalse(domains)
            self.assertFalse(self.env["mail.sender.confirmation"].search([]))
            self.assertEqual(self.settings.next_step, "set_up")

    def check_end(self, setup, way):
        """Everything was done: there is one sender, and it is ready."""
        *_values, email = WAYS[way]
        self.assertEqual(setup.step, "done", setup.blockers)
        self.assertEqual(self.get_addresses().mapped("email"), [email])
        self.check_state("done")

    def leave(self, setup, leaving):
        """Leave the set-up in one of the ways that there are."""
        if leaving == "back" and setup.step in ("mode", "details", "check"):
            setup.action_back()
        if leaving == "back to the beginning":
            while setup.step in ("mode", "details", "check"):
                setup.action_back()
        # In the end the tab is closed: nothing more happens.

    # ---------------------------------------------------------------------- tests

    def check_leaving(self, leaving, go_on):
        """Leave at each step of each way, then go on.

        :param leaving: see :meth:`leave`
        :param go_on: function from the set-up that was left and the name of the way to
            the set-up that leads to the end
        """
        for way in WAYS:
            for step in STEPS:
                with self.subTest(way, step=step), self.forgetting():
                    setup = self.open()
                    self.walk(setup, way, step)
                    reached = setup.step
                    self.leave(setup, leaving)
                    self.check_state(reached)
                    if reached != "done":
                        setup = go_on(setup, way)
                        self.finish(setup, way)
                        self.check_end(setup, way)

    def open_again(self, _setup, way):
        """Open the page in another tab, and take its button."""
        return self.open()

    def begin_again(self, _setup, way):
        """Begin from the card of the mode, with the same e-mail."""
        mode, *_values = WAYS[way]
        context = self.settings.action_set_up(mode)["context"]
        model = self.as_user(self.env["mail.sender.setup"], self.manager)
        return model.with_context(**context).create({})

    def stay(self, setup, _way):
        """Go forward again in the window that is still open."""
        return setup

    def test_closing_the_tab_and_opening_the_page(self):
        self.check_leaving("close", self.open_again)

    def test_going_back_and_forward(self):
        self.check_leaving("back", self.stay)

    def test_going_back_to_the_beginning_and_beginning_again(self):
        self.check_leaving("back to the beginning", self.begin_again)

    def test_changing_to_another_way_at_each_step(self):
        """What one way left behind stands in the way of no other."""
        for first in WAYS:
            for second in WAYS:
                with self.subTest(first, second=second), self.forgetting():
                    setup = self.open()
                    self.walk(setup, first, "check")
                    is_sending = setup.step == "done"
                    setup = self.begin_again(setup, second)
                    self.walk(setup, second)
                    self.settings.invalidate_recordset()
                    # What works is left alone until the other way works.
                    self.assertEqual(
                        self.settings.state == "ready",
                        is_sending or setup.step == "done",
                    )
                    self.finish(setup, second)
                    *_values, email = WAYS[second]
                    self.assertEqual(setup.step, "done", setup.blockers)
                    self.assertEqual(self.company.sender_address_id.email, email)
                    self.assertEqual(self.company.sender_address_id.state, "ready")
