# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every path by which Odoo 19 comes to make a mail, and the ways that go along it.

A path is a call in Odoo's code, named after who makes it. A way is a test of
:mod:`.ways`.
"""

#: Path -> ways, where the test database has the addon.
PATHS = {
    # ------------------------------------------------------------- messages
    "chatter": (
        "chatter_message",
        "chatter_message_to_colleague",
        "chatter_message_to_both",
    ),
    "comment of a customer in the portal": ("portal_comment",),
    "incoming mail passed on to followers": (
        "incoming_redistributed",
        "answer_of_a_colleague",
    ),
    "composer, comment mode": ("composer_comment", "payment_receipt"),
    "composer, comment mode, batch": ("composer_comment_batch",),
    "composer on a model without chatter": ("composer_without_chatter",),
    "composer, mass mode": ("composer_mass",),
    "message_post_with_source, template": ("post_with_template",),
    "message_post_with_source, view": (
        "post_with_view",
        "portal_share",
        "expense_refusal",
    ),
    "message_mail_with_source": ("mail_with_template", "mail_with_view"),
    "template of a tracked change": ("tracked_change", "tracked_changes"),
    "message_notify": (
        "notification",
        "notification_about_nothing",
        "assignment",
        "badge",
    ),
    "activity": ("activity", "activity_done"),
    "attendees of a meeting": (
        "meeting_invitation",
        "meeting_change",
        "meeting_reminder",
    ),
    "send_mail of a template": (
        "template_send_mail",
        "template_send_mail_later",
        "template_send_mail_by_cron",
        "meeting_cancellation",
    ),
    "send_mail_batch of a template": ("template_send_mail_batch",),
    "server action": ("server_action_comment", "server_action_email"),
    "scheduled message": ("scheduled_message", "scheduled_message_that_fails"),
    "message posted for later": ("message_schedule",),
    "out of office": ("out_of_office",),
    "invitation of followers": ("follower_invitation",),
    "invitation to a channel": ("channel_invitation",),
    "bounce of the gateway": ("gateway_bounce",),
    # ------------------------------------------------------------ documents
    "invoice, wizard": ("invoice_wizard",),
    "invoices, batch wizard, at once": ("invoice_batch",),
    "invoices, batch wizard and cron": ("invoice_batch_later",),
    "subscribers of a journal": ("invoice_subscriber",),
    "quotation": ("quotation",),
    "several quotations": ("quotations",),
    "confirmation of an order": ("order_confirmation", "order_confirmation_later"),
    "payment of an order": ("portal_payment",),
    "purchase order": ("purchase_request",),
    "purchase reminder, cron": ("purchase_reminder",),
    "purchase reminder, preview": ("purchase_reminder_sample",),
    "reminder of an addon of others": ("payment_reminder",),
    # -------------------------------------------------------------- addons
    "mass_mailing": ("mailing_to_documents", "mailing_to_list"),
    "mass_mailing, its own server": ("mailing_by_server",),
    "mass_mailing, sample": ("mailing_sample",),
    "mass_mailing, statistics": ("mailing_statistics",),
    "event, registration": ("event_registration",),
    "event, scheduler": ("event_reminder",),
    "survey, invitation": ("survey_invitation",),
    "survey, certificate": ("survey_certificate",),
    "lunch": ("lunch_order",),
    "loyalty": ("voucher",),
    "hr_expense": ("expense_reminder",),
    "im_livechat, transcript": ("chat_transcript",),
    "mail_group": (
        "list_message",
        "list_message_of_a_colleague",
        "list_guidelines",
        "list_subscription",
        "list_waits_for_moderator",
        "list_moderation_notice",
        "list_refusal",
    ),
    "mail.mail by any addon": ("mail_by_hand", "mail_by_a_person"),
    # --------------------------------------------------------------- people
    "password reset": ("password_reset",),
    "invitation of a user": ("user_invitation", "unregistered_reminder"),
    "account created": ("account_created",),
    "portal invitation": ("portal_invitation",),
    "two-factor code": ("two_factor_code",),
    "two-factor invitation": ("two_factor_invitation",),
    "security alert": ("security_alert",),
    "digest": ("digest",),
}

#: Path -> ways that make the very same call, where the addon takes too long to install
#: for each run of the tests, or changes every page: they are left out.
SAME_CALLS = {
    "website_sale, recovery of a cart": ("template_send_mail_by_cron",),
    "website_payment, donation": ("mail_by_hand",),
    "website_slides, invitation": ("mail_by_a_person",),
    "website_slides, new content": ("template_send_mail",),
    "point_of_sale, receipt": ("template_send_mail",),
    "stock, delivery": ("post_with_template",),
    "hr_holidays, request": ("notification",),
    "hr_recruitment, refusal": ("mail_by_a_person",),
    "gamification, rank": ("template_send_mail_later",),
    "project and crm, stages": ("tracked_change", "tracked_changes"),
}
