# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail that follows from mail which Odoo received."""

from odoo.tools import mute_logger

from .way_case import WayCase

ANSWER = """\
From: Customer <customer@example.com>
To: catchall@south.test
Subject: Re: your order
Message-ID: <answer@example.com>
In-Reply-To: {message_id}
References: {message_id}
Content-Type: text/plain; charset=utf-8

Thank you.
"""

LOST = """\
From: Customer <customer@example.com>
To: {recipient}
Subject: hello
Message-ID: <lost@example.com>
Content-Type: text/plain; charset=utf-8

Is this the right address?
"""


class WaysOfTheGateway(WayCase):
    """What the mail gateway passes on and sends back."""

    def test_incoming_redistributed(self):
        """A customer's answer reaches the followers from an address we may use."""
        self.order.message_subscribe(self.colleague.partner_id.ids)
        question = self.order.message_post(
            body="hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.forget_mails()
        self.env["mail.thread"].message_process(
            "sale.order", ANSWER.format(message_id=question.message_id)
        )
        self.assert_left()

    def test_answer_of_a_colleague(self):
        """A person who answers in a mail program pressed Send there."""
        question = self.order.message_post(
            body="hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        self.order.message_unsubscribe(self.seller.partner_id.ids)
        self.order.message_subscribe(self.customer.ids)
        self.forget_mails()
        answer = ANSWER.format(message_id=question.message_id)
        answer = answer.replace("customer@example.com", "colleague@staff.test")
        self.env["mail.thread"].message_process("sale.order", answer)
        self.assert_left()

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_gateway_bounce(self):
        """The gateway answers in its own name to mail for nobody."""
        self.south.alias_domain_id.default_from = False
        self.env["mail.thread"].with_company(self.south).message_process(
            False, LOST.format(recipient="catchall@south.test")
        )
        self.assert_left()
