# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every way by which Odoo sends mail, and how that mail has to leave in each setting.

North and South are companies. The documents belong to South, while the person who works
on them, Seller, is in North at the moment. Odoo's crons run as OdooBot, whose company
has no sender. All that is expected stands here as it has to be received.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """What a receiver sees of who sent a mail.

    :ivar email_from: the From header
    :ivar mail_from: the envelope sender
    :ivar server: which server brought it: ``"platform"``, ``"south"``, the mailbox of
        a company or, for mail that is left to Odoo, ``"stray"``
    :ivar signed_by: the domain of the DKIM signature; empty: unsigned
    :ivar answers: the Reply-To of mail that has no way back into Odoo
    :ivar aligned_spf: the domain that SPF proves for the From, so that DMARC passes;
        empty: nothing of ours proves it
    """

    email_from: str
    mail_from: str
    server: str
    signed_by: str
    answers: str
    aligned_spf: str


@dataclass(frozen=True)
class Leaving:
    """How the mail of one way leaves, whatever the setting is.

    :ivar company: whose mail it is: a key of :data:`SENDERS`' settings
    :ivar kind: which of the company's senders it has to take
    :ivar sent_by: the login of who pressed Send; empty: nobody did
    :ivar reply_to: the Reply-To header, or ``ANSWERS`` for that of the sender
    :ivar recipients: the envelope recipients of all mails of this way, sorted
    :ivar is_logged: whether the sending log has it
    """

    company: str
    kind: str
    sent_by: str
    reply_to: str
    recipients: tuple[str, ...]
    is_logged: bool = True


#: Company -> how the sending log names it.
COMPANIES = {"North": "North Ltd", "South": "South GmbH", "Gateway": "", "Main": ""}

#: Kinds of senders.
DEFAULT, AUTOMATIC, SYSTEM = "default", "automatic", "system"
#: What keeps the From and the server that it asks for, where that may be.
KEPT = "kept"

#: Settings whose companies have one sender for all: setting -> company -> sender.
ONE_SENDER = {
    # North sends through the platform's server, South through one of its own.
    "return_path": {
        "North": Sender(
            email_from="North Ltd <sales@north.test>",
            mail_from="bounce@bounce.north.test",
            server="platform",
            signed_by="north.test",
            answers="North Ltd <sales@north.test>",
            aligned_spf="bounce.north.test",
        ),
        "South": Sender(
            email_from="South GmbH <invoices@south.test>",
            mail_from="bounce@bounce.south.test",
            server="south",
            signed_by="south.test",
            answers="South GmbH <invoices@south.test>",
            aligned_spf="bounce.south.test",
        ),
    },
    "spf_only": {
        "North": Sender(
            email_from="North Ltd <sales@north.test>",
            mail_from="sales@north.test",
            server="platform",
            signed_by="",
            answers="North Ltd <sales@north.test>",
            aligned_spf="north.test",
        ),
        "South": Sender(
            email_from="South GmbH <invoices@south.test>",
            mail_from="invoices@south.test",
            server="south",
            signed_by="",
            answers="South GmbH <invoices@south.test>",
            aligned_spf="south.test",
        ),
    },
    "subdomain": {
        "North": Sender(
            email_from="North Ltd <sales@north.test>",
            mail_from="bounce@bounce.mail.north.test",
            server="platform",
            signed_by="mail.north.test",
            answers="North Ltd <sales@north.test>",
            aligned_spf="bounce.mail.north.test",
        ),
        "South": Sender(
            email_from="South GmbH <invoices@south.test>",
            mail_from="bounce@bounce.mail.south.test",
            server="south",
            signed_by="mail.south.test",
            answers="South GmbH <invoices@south.test>",
            aligned_spf="bounce.mail.south.test",
        ),
    },
    # Nobody reads what is sent to a relay address: answers go to the company's e-mail.
    "relay": {
        "North": Sender(
            email_from="North Ltd <north.ltd@relay.test>",
            mail_from="bounce@bounce.relay.test",
            server="platform",
            signed_by="relay.test",
            answers="North Ltd <office@north.test>",
            aligned_spf="bounce.relay.test",
        ),
        "South": Sender(
            email_from="South GmbH <south.gmbh@relay.test>",
            mail_from="bounce@bounce.relay.test",
            server="platform",
            signed_by="relay.test",
            answers="South GmbH <office@south.test>",
            aligned_spf="bounce.relay.test",
        ),
    },
    # The mailbox's own provider would sign.
    "mailbox": {
        "North": Sender(
            email_from="North Ltd <sales@north.test>",
            mail_from="sales@north.test",
            server="north mailbox",
            signed_by="",
            answers="North Ltd <sales@north.test>",
            aligned_spf="north.test",
        ),
        "South": Sender(
            email_from="South GmbH <invoices@south.test>",
            mail_from="invoices@south.test",
            server="south mailbox",
            signed_by="",
            answers="South GmbH <invoices@south.test>",
            aligned_spf="south.test",
        ),
    },
}

#: The answers of the mail gateway are Odoo's own, in every setting.
GATEWAY = Sender(
    email_from="MAILER-DAEMON <bounce@south.test>",
    mail_from="bounce@south.test",
    server="stray",
    signed_by="",
    answers="",
    aligned_spf="",
)

#: OdooBot's own company has no sender: its mail leaves as Odoo sends it.
MAIN = Sender(
    email_from="YourCompany <notifications@main.test>",
    mail_from="bounce@main.test",
    server="stray",
    signed_by="",
    answers="",
    aligned_spf="",
)
MAIN_BOT = Sender(
    email_from="OdooBot <notifications@main.test>",
    mail_from="bounce@main.test",
    server="stray",
    signed_by="",
    answers="OdooBot <catchall@main.test>",
    aligned_spf="",
)

#: Mailings have a mail server of their own.
MAILING = Sender(
    email_from="Seller <seller@staff.test>",
    mail_from="seller@staff.test",
    server="mailings",
    signed_by="",
    answers="Seller <seller@staff.test>",
    aligned_spf="",
)

NOT_OURS = {
    "Gateway": {DEFAULT: GATEWAY},
    "Main": {DEFAULT: MAIN, AUTOMATIC: MAIN_BOT},
}


def _of_north(email: str) -> Sender:
    return Sender(
        email_from=f"North Ltd <{email}>",
        mail_from="bounce@bounce.north.test",
        server="platform",
        signed_by="north.test",
        answers=f"North Ltd <{email}>",
        aligned_spf="bounce.north.test",
    )


def _of_south(email: str) -> Sender:
    return Sender(
        email_from=f"South GmbH <{email}>",
        mail_from="bounce@bounce.south.test",
        server="south",
        signed_by="south.test",
        answers=f"South GmbH <{email}>",
        aligned_spf="bounce.south.test",
    )


#: Setting -> way -> where answers go, if not to the sender: Strict passes over the mail
#: servers that people and templates would send by, and answers reach them instead.
OTHER_ANSWERS: dict[str, dict[str, str]] = {
    "strict": {
        "composer_without_chatter": "Seller <seller@staff.test>",
        "follower_invitation": "Seller <seller@staff.test>",
        "invoice_subscriber": "Seller <seller@staff.test>",
        "list_refusal": "Seller <seller@staff.test>",
        "server_action_email": "Seller <seller@staff.test>",
        "survey_invitation": "Seller <seller@staff.test>",
        "meeting_cancellation": "Seller <seller@staff.test>",
        "mailing_by_server": "Seller <seller@staff.test>",
        "template_send_mail": "Seller <seller@staff.test>",
        "template_send_mail_batch": "Seller <seller@staff.test>",
        "template_send_mail_by_cron": "Seller <seller@staff.test>",
        "template_send_mail_later": "Seller <seller@staff.test>",
    },
}

#: Setting -> company -> kind of sender -> sender.
SENDERS = {
    setting: {
        company: {DEFAULT: sender, AUTOMATIC: sender, SYSTEM: sender, KEPT: MAILING}
        for company, sender in senders.items()
    }
    | NOT_OURS
    for setting, senders in ONE_SENDER.items()
} | {
    "three_senders": {
        "North": {
            DEFAULT: _of_north("sales@north.test"),
            AUTOMATIC: _of_north("robot@north.test"),
            SYSTEM: _of_north("staff@north.test"),
            KEPT: MAILING,
        },
        "South": {
            DEFAULT: _of_south("invoices@south.test"),
            AUTOMATIC: _of_south("robot@south.test"),
            SYSTEM: _of_south("staff@south.test"),
            KEPT: MAILING,
        },
        **NOT_OURS,
    },
    "strict": {
        company: {DEFAULT: sender, AUTOMATIC: sender, SYSTEM: sender, KEPT: sender}
        for company, sender in ONE_SENDER["return_path"].items()
    }
    | NOT_OURS,
}

CUSTOMER = ("customer@example.com",)
CUSTOMER_TWICE = ("customer@example.com", "customer@example.com")
MEMBER = ("member@example.com",)
COLLEAGUE = ("colleague@staff.test",)
COLLEAGUE_AND_SELLER = ("colleague@staff.test", "seller@staff.test")
SELLER = ("seller@staff.test",)
SUPPLIER = ("supplier@example.com",)

#: Where answers go to mail that has no way back into Odoo.
ANSWERS = ""
#: Where answers find their document: the catch-all of its company stays.
TO_SELLER = "Seller <catchall@south.test>"
TO_LIST = "OdooBot <news@south.test>"
#: The same for what belongs to a person and to no company.
TO_SELLER_IN_NORTH = "Seller <catchall@north.test>"

#: Way -> how its mail leaves. Each way has a test of its name.
LEAVING = {
    # ------------------------------------------------------------- messages
    "chatter_message": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "chatter_message_to_colleague": Leaving(
        "South", SYSTEM, "seller", TO_SELLER, COLLEAGUE
    ),
    # One message has one From: the customer decides.
    "chatter_message_to_both": Leaving(
        "South",
        DEFAULT,
        "seller",
        TO_SELLER,
        ("colleague@staff.test", "customer@example.com"),
    ),
    "composer_comment": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "composer_comment_batch": Leaving(
        "South", DEFAULT, "seller", TO_SELLER, CUSTOMER_TWICE
    ),
    "composer_mass": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER_TWICE),
    # Odoo proposes the catch-all of North, which is none of South's business.
    "composer_without_chatter": Leaving("South", DEFAULT, "seller", ANSWERS, CUSTOMER),
    "template_send_mail": Leaving("South", DEFAULT, "seller", ANSWERS, CUSTOMER),
    "template_send_mail_batch": Leaving(
        "South", DEFAULT, "seller", ANSWERS, CUSTOMER_TWICE
    ),
    "template_send_mail_later": Leaving("South", DEFAULT, "seller", ANSWERS, CUSTOMER),
    "template_send_mail_by_cron": Leaving("South", AUTOMATIC, "", ANSWERS, CUSTOMER),
    "post_with_template": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "post_with_view": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "mail_with_template": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "mail_with_view": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "tracked_change": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "tracked_changes": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER_TWICE),
    "notification": Leaving("South", SYSTEM, "seller", TO_SELLER, COLLEAGUE),
    "notification_about_nothing": Leaving(
        "North", SYSTEM, "seller", TO_SELLER_IN_NORTH, COLLEAGUE
    ),
    "assignment": Leaving("South", SYSTEM, "seller", TO_SELLER, COLLEAGUE),
    "activity": Leaving("South", SYSTEM, "seller", TO_SELLER, COLLEAGUE),
    "activity_done": Leaving("South", SYSTEM, "seller", TO_SELLER, COLLEAGUE),
    "follower_invitation": Leaving("South", DEFAULT, "seller", ANSWERS, CUSTOMER),
    "channel_invitation": Leaving(
        "North", DEFAULT, "seller", TO_SELLER_IN_NORTH, ("guest@example.com",)
    ),
    "server_action_comment": Leaving("South", AUTOMATIC, "", TO_SELLER, CUSTOMER),
    "server_action_email": Leaving("South", AUTOMATIC, "", ANSWERS, CUSTOMER),
    "scheduled_message": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "scheduled_message_that_fails": Leaving(
        "Main", AUTOMATIC, "", ANSWERS, COLLEAGUE, is_logged=False
    ),
    "message_schedule": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "out_of_office": Leaving(
        "South", AUTOMATIC, "", "Colleague <catchall@south.test>", CUSTOMER
    ),
    "portal_comment": Leaving(
        "South", SYSTEM, "", "Customer <catchall@south.test>", COLLEAGUE_AND_SELLER
    ),
    "mail_by_hand": Leaving(
        "South", AUTOMATIC, "", "OdooBot <catchall@south.test>", CUSTOMER
    ),
    "mail_by_a_person": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    # -------------------------------------------------------------- gateway
    "incoming_redistributed": Leaving(
        "South", SYSTEM, "", "Customer <catchall@south.test>", COLLEAGUE_AND_SELLER
    ),
    "answer_of_a_colleague": Leaving(
        "South", DEFAULT, "colleague", "Colleague <catchall@south.test>", CUSTOMER
    ),
    "gateway_bounce": Leaving("Gateway", DEFAULT, "", "office@south.test", CUSTOMER),
    # ------------------------------------------------------------ documents
    "invoice_wizard": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "invoice_batch": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER_TWICE),
    # A person started it.
    "invoice_batch_later": Leaving(
        "South", DEFAULT, "seller", TO_SELLER, CUSTOMER_TWICE
    ),
    "invoice_subscriber": Leaving(
        "South", DEFAULT, "seller", ANSWERS, ("subscriber@example.com",)
    ),
    "payment_receipt": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "quotation": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    # Odoo writes once to a customer with several quotations.
    "quotations": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "order_confirmation": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    # Odoo does not remember who asked for it.
    "order_confirmation_later": Leaving("South", AUTOMATIC, "", TO_SELLER, CUSTOMER),
    "portal_payment": Leaving("South", AUTOMATIC, "", TO_SELLER, CUSTOMER),
    "portal_share": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "purchase_request": Leaving("South", DEFAULT, "seller", TO_SELLER, SUPPLIER),
    "purchase_reminder": Leaving("South", AUTOMATIC, "", TO_SELLER, SUPPLIER),
    "purchase_reminder_sample": Leaving("South", SYSTEM, "seller", ANSWERS, SELLER),
    # The addon writes for the company that somebody works in.
    "payment_reminder": Leaving(
        "South", DEFAULT, "seller", "North Ltd <catchall@south.test>", CUSTOMER
    ),
    # ------------------------------------------------------------- mailings
    "mailing_to_documents": Leaving("South", DEFAULT, "seller", TO_SELLER, CUSTOMER),
    "mailing_to_list": Leaving("North", DEFAULT, "seller", ANSWERS, MEMBER),
    "mailing_by_server": Leaving("North", KEPT, "seller", ANSWERS, MEMBER),
    "mailing_sample": Leaving("North", SYSTEM, "seller", ANSWERS, SELLER),
    "mailing_statistics": Leaving(
        "North", SYSTEM, "", "North Ltd <office@north.test>", SELLER
    ),
    # ------------------------------------------------------------- meetings
    "meeting_invitation": Leaving(
        "North", DEFAULT, "seller", TO_SELLER_IN_NORTH, CUSTOMER
    ),
    "meeting_change": Leaving("North", DEFAULT, "seller", TO_SELLER_IN_NORTH, CUSTOMER),
    "meeting_cancellation": Leaving(
        "North",
        DEFAULT,
        "seller",
        ANSWERS,
        ("customer@example.com", "seller@staff.test"),
    ),
    # Odoo proposes the catch-all of OdooBot's company.
    "meeting_reminder": Leaving("North", AUTOMATIC, "", ANSWERS, CUSTOMER),
    "event_registration": Leaving(
        "South", AUTOMATIC, "", "South GmbH <catchall@south.test>", CUSTOMER
    ),
    "event_reminder": Leaving(
        "South", AUTOMATIC, "", "South GmbH <catchall@south.test>", CUSTOMER
    ),
    "survey_invitation": Leaving("North", DEFAULT, "seller", ANSWERS, CUSTOMER),
    "survey_certificate": Leaving("South", AUTOMATIC, "", ANSWERS, CUSTOMER),
    # --------------------------------------------------------------- office
    "expense_refusal": Leaving("South", SYSTEM, "seller", TO_SELLER, COLLEAGUE),
    "expense_reminder": Leaving("North", SYSTEM, "", ANSWERS, SELLER),
    "lunch_order": Leaving("South", AUTOMATIC, "", ANSWERS, ("baker@example.com",)),
    "voucher": Leaving("South", DEFAULT, "seller", ANSWERS, CUSTOMER),
    "badge": Leaving("North", SYSTEM, "seller", TO_SELLER_IN_NORTH, COLLEAGUE),
    "chat_transcript": Leaving(
        "North", DEFAULT, "seller", ANSWERS, ("visitor@example.com",)
    ),
    # --------------------------------------------------------------- people
    "password_reset": Leaving("South", DEFAULT, "", ANSWERS, COLLEAGUE),
    "user_invitation": Leaving("South", DEFAULT, "", ANSWERS, COLLEAGUE),
    "portal_invitation": Leaving("South", DEFAULT, "seller", ANSWERS, CUSTOMER),
    "account_created": Leaving("South", DEFAULT, "", ANSWERS, COLLEAGUE),
    "unregistered_reminder": Leaving("South", DEFAULT, "", ANSWERS, COLLEAGUE),
    "two_factor_code": Leaving("South", DEFAULT, "", ANSWERS, COLLEAGUE),
    "two_factor_invitation": Leaving("South", DEFAULT, "admin", ANSWERS, COLLEAGUE),
    "security_alert": Leaving("South", DEFAULT, "colleague", ANSWERS, COLLEAGUE),
    "digest": Leaving("South", SYSTEM, "", ANSWERS, COLLEAGUE),
    # ---------------------------------------------------------------- lists
    # A list's mail comes from whoever wrote to it; no receiver would believe that.
    "list_message": Leaving("South", AUTOMATIC, "", TO_LIST, MEMBER),
    "list_message_of_a_colleague": Leaving(
        "South", DEFAULT, "colleague", "Colleague <news@south.test>", MEMBER
    ),
    # Odoo takes the company that the moderator works in.
    "list_guidelines": Leaving("North", DEFAULT, "seller", ANSWERS, MEMBER),
    "list_subscription": Leaving("South", AUTOMATIC, "", ANSWERS, MEMBER),
    "list_waits_for_moderator": Leaving("South", SYSTEM, "", ANSWERS, COLLEAGUE),
    "list_moderation_notice": Leaving(
        "Main",
        DEFAULT,
        "",
        "OdooBot <catchall@main.test>",
        ("poster@example.com",),
        is_logged=False,
    ),
    "list_refusal": Leaving(
        "North", DEFAULT, "seller", ANSWERS, ("poster@example.com",)
    ),
}
