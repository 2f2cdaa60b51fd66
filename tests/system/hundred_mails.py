# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A program: Odoo sends a hundred mails, twenty by each way, and counts its queries.

usage: python hundred_mails.py CONFIGURATION PORT

It knows nothing of our addons, so that databases with and without them can be compared.
Mail goes to the SMTP server at PORT. Prints way -> number of SQL queries, as JSON.
"""

import json
import sys
import uuid
from io import BytesIO
from itertools import count
from unittest.mock import patch

from freezegun import freeze_time
from pypdf import PdfWriter

from odoo import SUPERUSER_ID, Command, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

from odoo.addons.base.models.ir_actions_report import IrActionsReport

#: How many mails each way sends; one more before queries are counted.
ROUNDS = 20

WAYS = ("message", "template", "by_hand", "invoice", "queue")


def main(configuration: str, port: str) -> None:
    """Send."""
    config.parse_config(["-c", configuration])
    numbers = count()
    with (
        # Links to sign up and printed pages tell the time.
        freeze_time("2026-01-15 10:00:00"),
        # What is random in a mail besides its Message-ID and its boundaries.
        patch.object(uuid, "uuid4", lambda: uuid.UUID(int=next(numbers))),
        # It tells the time of printing.
        patch.object(IrActionsReport, "_run_wkhtmltopdf", lambda *_a, **_kw: page()),
        Registry(config["db_name"][0]).cursor() as cr,
    ):
        env = api.Environment(cr, SUPERUSER_ID, {})
        sending = Sending(env(user=env.ref("base.user_admin")), int(port))
        print(json.dumps({way: sending.count_queries(way) for way in WAYS}))


def page() -> bytes:
    """Print an empty page."""
    pdf = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(pdf)
    return pdf.getvalue()


class Sending:
    """Documents, and the ways to send them to a customer.

    :param env: of a user who may sell and invoice
    :param port: of the SMTP server
    """

    def __init__(self, env: api.Environment, port: int):
        """Make the mail server and what the documents need."""
        self.env = env
        env["ir.mail_server"].search([]).active = False
        for sequence, from_filter in enumerate(("elsewhere.test", "example.com", "")):
            env["ir.mail_server"].create(
                {
                    "name": from_filter or "any",
                    "smtp_host": "localhost",
                    "smtp_port": port,
                    "smtp_encryption": "none",
                    "from_filter": from_filter,
                    "sequence": sequence,
                }
            )
        self.customer = env["res.partner"].create(
            {"name": "Customer", "email": "customer@example.com"}
        )
        self.product = env["product.product"].create(
            {"name": "Thing", "type": "service"}
        )
        self.template = env.ref("sale.email_template_edi_sale")

    def count_queries(self, way: str) -> int:
        """Send by a way, and count the SQL queries of sending."""
        prepare = self.make_invoice if way == "invoice" else self.make_order
        documents = [prepare() for _ in range(ROUNDS + 1)]
        # What Odoo reads once and remembers is none of the price of a mail.
        self.send(way, documents[:1])
        before = sql_db.sql_counter
        self.send(way, documents[1:])
        return sql_db.sql_counter - before

    def send(self, way: str, documents) -> None:
        """Send documents by a way, one by one."""
        self.env.cr.commit()
        self.env.invalidate_all()
        for document in documents:
            getattr(self, f"send_{way}")(document)
            # Odoo sends mail of messages once they are committed.
            self.env.cr.commit()
        if way == "queue":
            self.env["mail.mail"].sudo().process_email_queue()

    def make_order(self):
        """Make a quotation."""
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "price_unit": 10.0})
                ],
            }
        )

    def make_invoice(self):
        """Make a posted invoice."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.product.id, "price_unit": 10.0})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def send_message(self, order) -> None:
        """Write in the chatter."""
        order.message_post(
            body="hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )

    def send_template(self, order) -> None:
        """Send a mail template at once."""
        self.template.send_mail(order.id, force_send=True)

    def send_by_hand(self, order) -> None:
        """Send a mail that was made by hand."""
        self.make_mail(order).send()

    def send_invoice(self, invoice) -> None:
        """Press Send on an invoice."""
        wizard = self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({}).action_send_and_print()

    def send_queue(self, order) -> None:
        """Leave a mail to the queue."""
        self.make_mail(order)

    def make_mail(self, order):
        """Make a mail without a message."""
        return (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": order.name,
                    "body_html": "<p>hello</p>",
                    "model": "sale.order",
                    "res_id": order.id,
                    "email_from": self.env.user.email_formatted,
                    "email_to": "customer@example.com",
                }
            )
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
