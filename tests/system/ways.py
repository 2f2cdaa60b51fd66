# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every way by which Odoo sends mail, and how that mail has to leave.

North and South are companies with a sending domain each. North sends through the server
of the platform, South through one of its own. The documents belong to South, while the
person who works on them, Seller, is in North at the moment. Odoo's crons run as
OdooBot, whose company has no sender.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """What a receiver sees of who sent a mail.

    :ivar email_from: the From header
    :ivar mail_from: the envelope sender
    :ivar server: which server brought it: ``"platform"``, ``"south"`` or, for mail that
        is left to Odoo, ``"stray"``
    :ivar signed_by: the domain of the DKIM signature; empty: unsigned and unproven
    """

    email_from: str
    mail_from: str
    server: str
    signed_by: str


@dataclass(frozen=True)
class Leaving:
    """How the mail of one way leaves.

    :ivar sender: who it comes from
    :ivar reply_to: the Reply-To header
    :ivar recipients: the envelope recipients of all mails of this way, sorted
    """

    sender: Sender
    reply_to: str
    recipients: tuple[str, ...]


NORTH = Sender(
    "North Ltd <sales@north.test>",
    "bounce@bounce.north.test",
    "platform",
    "north.test",
)
SOUTH = Sender(
    "South GmbH <invoices@south.test>",
    "bounce@bounce.south.test",
    "south",
    "south.test",
)
GATEWAY = Sender("MAILER-DAEMON <bounce@south.test>", "bounce@south.test", "stray", "")

CUSTOMER = ("customer@example.com",)
CUSTOMER_TWICE = ("customer@example.com", "customer@example.com")
COLLEAGUE = ("colleague@staff.test",)
COLLEAGUE_AND_SELLER = ("colleague@staff.test", "seller@staff.test")

#: Where answers find their document: the catch-all of its company stays.
TO_SELLER = "Seller <catchall@south.test>"
#: Where answers go to mail that has no way back into Odoo.
TO_SOUTH = "South GmbH <invoices@south.test>"

#: Way -> how its mail leaves. Each way has a test of its name.
LEAVING = {
    # ------------------------------------------------------------- messages
    "chatter_message": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "composer_comment": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "composer_comment_batch": Leaving(SOUTH, TO_SELLER, CUSTOMER_TWICE),
    "composer_mass": Leaving(SOUTH, TO_SELLER, CUSTOMER_TWICE),
    # Odoo proposes the catch-all of North, which is none of South's business.
    "composer_without_chatter": Leaving(SOUTH, TO_SOUTH, CUSTOMER),
    "template_send_mail": Leaving(SOUTH, TO_SOUTH, CUSTOMER),
    "template_send_mail_batch": Leaving(SOUTH, TO_SOUTH, CUSTOMER_TWICE),
    "template_send_mail_later": Leaving(SOUTH, TO_SOUTH, CUSTOMER),
    "post_with_template": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "post_with_view": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "mail_with_template": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "mail_with_view": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "notification": Leaving(SOUTH, TO_SELLER, COLLEAGUE),
    "notification_about_nothing": Leaving(
        NORTH, "Seller <catchall@north.test>", COLLEAGUE
    ),
    "assignment": Leaving(SOUTH, TO_SELLER, COLLEAGUE),
    "activity": Leaving(SOUTH, TO_SELLER, COLLEAGUE),
    "follower_invitation": Leaving(SOUTH, TO_SOUTH, CUSTOMER),
    "channel_invitation": Leaving(
        NORTH, "Seller <catchall@north.test>", ("guest@example.com",)
    ),
    "server_action_comment": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "server_action_email": Leaving(SOUTH, TO_SOUTH, CUSTOMER),
    "scheduled_message": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "message_schedule": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "out_of_office": Leaving(SOUTH, "Colleague <catchall@south.test>", CUSTOMER),
    "portal_comment": Leaving(
        SOUTH, "Customer <catchall@south.test>", COLLEAGUE_AND_SELLER
    ),
    "mail_by_hand": Leaving(SOUTH, "OdooBot <catchall@south.test>", CUSTOMER),
    # -------------------------------------------------------------- gateway
    "incoming_redistributed": Leaving(
        SOUTH, "Customer <catchall@south.test>", COLLEAGUE_AND_SELLER
    ),
    "gateway_bounce": Leaving(GATEWAY, "office@south.test", CUSTOMER),
    # ------------------------------------------------------------ documents
    "invoice_wizard": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "invoice_batch": Leaving(SOUTH, TO_SELLER, CUSTOMER_TWICE),
    "invoice_batch_later": Leaving(SOUTH, TO_SELLER, CUSTOMER_TWICE),
    "invoice_subscriber": Leaving(SOUTH, TO_SOUTH, ("subscriber@example.com",)),
    "quotation": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    # Odoo writes once to a customer with several quotations.
    "quotations": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "order_confirmation": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "order_confirmation_later": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    "portal_share": Leaving(SOUTH, TO_SELLER, CUSTOMER),
    # --------------------------------------------------------------- people
    "password_reset": Leaving(SOUTH, TO_SOUTH, COLLEAGUE),
    "user_invitation": Leaving(SOUTH, TO_SOUTH, COLLEAGUE),
    "portal_invitation": Leaving(SOUTH, TO_SOUTH, CUSTOMER),
    "account_created": Leaving(SOUTH, TO_SOUTH, COLLEAGUE),
    "unregistered_reminder": Leaving(SOUTH, TO_SOUTH, COLLEAGUE),
    "two_factor_code": Leaving(SOUTH, TO_SOUTH, COLLEAGUE),
    "two_factor_invitation": Leaving(SOUTH, TO_SOUTH, COLLEAGUE),
    "security_alert": Leaving(SOUTH, TO_SOUTH, COLLEAGUE),
    "digest": Leaving(SOUTH, TO_SOUTH, COLLEAGUE),
}
