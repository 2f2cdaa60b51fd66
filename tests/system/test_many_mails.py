# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Much mail of one company costs little, and others nothing."""

import time

from odoo.tests import tagged

from .common import SystemCase

#: As many as a company of some size has in its queue after a bad night.
MANY = 1500


@tagged("post_install", "-at_install")
class TestManyMails(SystemCase):
    """The road of Acme is blocked and its mail waits; the road of Other is open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls.make_company("Acme", "acme.test")
        cls.other = cls.make_company("Other", "other.test")
        cls.make_sender(cls.acme, "acme.test", "post@acme.test")
        cls.make_sender(cls.other, "other.test", "post@other.test")
        cls.acme.sender_blocked_policy = "hold"
        cls.domain = cls.acme.sender_address_id.domain_id
        cls.send_for_other()
        cls.queries_alone = cls.count_queries(cls.send_for_other)
        cls.seconds_alone = min(cls.send_for_other() for _turn in range(3))
        cls.close_road()
        cls.mails = cls.make_mails()

    @classmethod
    def make_mails(cls):
        """Write as many mails, each about a document and with an answer of its own."""
        documents = (
            cls.env["res.partner"]
            .with_context(tracking_disable=True)
            .create(
                [
                    {
                        "name": f"Document {number}",
                        "email": f"customer-{number}@example.com",
                        "company_id": cls.acme.id,
                    }
                    for number in range(MANY)
                ]
            )
        )
        vals_list = [cls.prepare_mail(document) for document in documents]
        return cls.env["mail.mail"].create(vals_list)

    @classmethod
    def prepare_mail(cls, document) -> dict:
        return {
            "subject": f"About {document.name}",
            "body_html": "<p>hello</p>",
            "model": document._name,
            "res_id": document.id,
            "recipient_ids": [(4, document.id)],
            "email_cc": f"copy-{document.id}@example.com",
            "reply_to": f"ticket-{document.id}@acme.test",
        }

    @classmethod
    def close_road(cls) -> None:
        """Let the proof of Acme be gone."""
        cls.domain.sudo().state = "broken"
        cls.env["mail.mail"]._dress_waiting(cls.acme.sender_address_id)

    @classmethod
    def count_queries(cls, function, *args) -> int:
        """Call a function with no record in the cache, and count its queries."""
        cls.env.flush_all()
        cls.env.invalidate_all()
        before = cls.env.cr.sql_log_count
        function(*args)
        cls.env.flush_all()
        return cls.env.cr.sql_log_count - before

    @classmethod
    def send_for_other(cls) -> float:
        """Let the queue send one mail of Other; return the processor's seconds."""
        cls.receiver.mails.clear()
        cls.env["mail.mail"].with_company(cls.other).create(
            {"body_html": "<p>hello</p>", "email_to": "customer@example.com"}
        )
        cls.env.flush_all()
        cls.env.invalidate_all()
        start = time.process_time()
        cls.env["mail.mail"].process_email_queue()
        seconds = time.process_time() - start
        [mail] = cls.receiver.mails
        assert mail.message["From"] == "Other <post@other.test>"
        return seconds

    def test_held_mails_delay_nobody(self):
        """Other's mail takes the same queries and about the same time beside them."""
        self.assertEqual(set(self.mails.mapped("state")), {"held"})
        self.send_for_other()
        self.assertEqual(self.count_queries(self.send_for_other), self.queries_alone)
        seconds = min(self.send_for_other() for _turn in range(3))
        self.assertLess(seconds, 2 * self.seconds_alone)

    def test_by_the_scheduler_s_own_actions(self):
        """The hourly try leaves them held, and the queue sends Other's mail at once."""
        self.env["mail.mail"].with_company(self.other).create(
            {"body_html": "<p>hello</p>", "email_to": "customer@example.com"}
        )
        self.receiver.mails.clear()
        for xmlid in (
            "mail_sender_domain.ir_cron_release_held",
            "mail.ir_cron_mail_scheduler_action",
        ):
            with self.enter_registry_test_mode():
                cron = self.env.ref(xmlid).sudo()
                self.assertIs(cron.method_direct_trigger(), True)
        [mail] = self.receiver.mails
        self.assertEqual(mail.message["From"], "Other <post@other.test>")
        self.assertEqual(set(self.mails.mapped("state")), {"held"})

    def test_releasing_and_holding_cost_few_queries(self):
        """Some for each hundred mails, which Odoo itself writes together."""
        released = self.count_queries(self.domain.action_check)
        self.assertEqual(self.domain.state, "verified")
        self.assert_waiting("outgoing", "queued")
        self.assertLess(released, MANY / 10)
        held = self.count_queries(self.close_road)
        self.assert_waiting("held", "held")
        self.assertLess(held, MANY / 10)

    def assert_waiting(self, state, outcome):
        """All mails have this state, and their lines of the log this outcome."""
        self.assertEqual(set(self.mails.mapped("state")), {state})
        logs = self.env["mail.sender.log"].search(
            [("mail_mail_id", "in", self.mails.ids)]
        )
        self.assertEqual(len(logs), MANY)
        self.assertEqual(set(logs.mapped("outcome")), {outcome})

    def test_trying_held_mails_again_costs_few_queries(self):
        """The hourly try finds the road still blocked, and writes nothing."""
        self.assertLess(self.count_queries(self.env["mail.mail"]._cron_release), 50)

    def test_a_thousand_mails_cost_as_many_queries_as_one(self):
        """Choosing and dressing: for new mail, and for what waits."""

        def dress(mails):
            partners = mails.recipient_ids
            vals_list = [self.prepare_mail(partner) for partner in partners]
            self.env["mail.mail"]._dress_vals(vals_list)

        for function in (dress, lambda mails: mails._dress_before_sending()):
            function(self.mails[:1])
            one = self.count_queries(function, self.mails[:1])
            self.assertEqual(self.count_queries(function, self.mails[:1000]), one)

    def test_the_log_of_a_thousand_mails_costs_few_queries(self):
        """Odoo inserts a hundred lines at a time."""
        mails = self.mails[:1000]
        logs = self.env["mail.sender.log"]
        logs.search([("mail_mail_id", "in", mails.ids)]).unlink()
        one = self.count_queries(mails[:1]._log_senders)
        self.assertLess(self.count_queries(mails[1:]._log_senders), one + 20)
        one = self.count_queries(mails[:1]._log_senders)
        self.assertEqual(self.count_queries(mails._log_senders), one)
