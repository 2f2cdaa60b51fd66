# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every path by which Odoo 19 comes to make a mail, and the ways that go along it.

A path is a call in the code of an addon. A way is a row of :mod:`.ways` and its test.
"""

#: Addon -> path -> ways.
PATHS = {
    "mail": {
        "chatter": (
            "chatter_message",
            "chatter_message_to_colleague",
            "chatter_message_to_both",
        ),
        "composer, comment mode": ("composer_comment",),
        "composer, comment mode, batch": ("composer_comment_batch",),
        "composer, comment mode, without chatter": ("composer_without_chatter",),
        "composer, mass mode": ("composer_mass",),
        "message_post_with_source, template": ("post_with_template",),
        "message_post_with_source, view": ("post_with_view",),
        "message_mail_with_source": ("mail_with_template", "mail_with_view"),
        "message_notify": (
            "notification",
            "notification_about_nothing",
            "assignment",
        ),
        "template of a tracked change": ("tracked_change", "tracked_changes"),
        "send_mail of a template": (
            "template_send_mail",
            "template_send_mail_later",
            "template_send_mail_by_cron",
        ),
        "send_mail_batch of a template": ("template_send_mail_batch",),
        "server action": ("server_action_comment", "server_action_email"),
        "activity": ("activity", "activity_done"),
        "scheduled message": ("scheduled_message", "scheduled_message_that_fails"),
        "message posted for later": ("message_schedule",),
        "out of office": ("out_of_office",),
        "invitation of followers": ("follower_invitation",),
        "invitation to a channel": ("channel_invitation",),
        "incoming mail passed on to followers": (
            "incoming_redistributed",
            "answer_of_a_colleague",
        ),
        "bounce of the gateway": ("gateway_bounce",),
        "security alert": ("security_alert",),
        "mail.mail by any addon": ("mail_by_hand", "mail_by_a_person"),
    },
    "account": {
        "invoice, wizard": ("invoice_wizard",),
        "invoices, batch wizard, at once": ("invoice_batch",),
        "invoices, batch wizard and cron": ("invoice_batch_later",),
        "subscribers of a journal": ("invoice_subscriber",),
        "receipt of a payment": ("payment_receipt",),
    },
    "account_credit_control": {"reminder": ("payment_reminder",)},
    "auth_signup": {
        "password reset": ("password_reset",),
        "invitation": ("user_invitation",),
        "account created": ("account_created",),
        "reminder of those who never came": ("unregistered_reminder",),
    },
    "auth_totp_mail": {
        "code": ("two_factor_code",),
        "invitation": ("two_factor_invitation",),
    },
    "calendar": {
        "invitation": ("meeting_invitation",),
        "change": ("meeting_change",),
        "cancellation": ("meeting_cancellation",),
        "reminder, cron": ("meeting_reminder",),
    },
    "digest": {"digest, cron": ("digest",)},
    "event": {
        "registration": ("event_registration",),
        "reminder, cron": ("event_reminder",),
    },
    "gamification": {"badge": ("badge",)},
    "hr_expense": {
        "refusal": ("expense_refusal",),
        "reminder, cron": ("expense_reminder",),
    },
    "im_livechat": {"transcript": ("chat_transcript",)},
    "loyalty": {"card": ("voucher",)},
    "lunch": {"order, cron": ("lunch_order",)},
    "mail_group": {
        "distribution": ("list_message", "list_message_of_a_colleague"),
        "guidelines": ("list_guidelines",),
        "subscription": ("list_subscription",),
        "moderation": (
            "list_waits_for_moderator",
            "list_moderation_notice",
            "list_refusal",
        ),
    },
    "mass_mailing": {
        "mailing, cron": ("mailing_to_documents", "mailing_to_list"),
        "mailing by its own server, cron": ("mailing_by_server",),
        "sample": ("mailing_sample",),
        "statistics, cron": ("mailing_statistics",),
    },
    "portal": {
        "comment of a customer": ("portal_comment",),
        "share": ("portal_share",),
        "invitation": ("portal_invitation",),
    },
    "purchase": {
        "request for quotation": ("purchase_request",),
        "reminder, cron": ("purchase_reminder",),
        "reminder, preview": ("purchase_reminder_sample",),
    },
    "sale": {
        "quotation": ("quotation",),
        "several quotations": ("quotations",),
        "confirmation": ("order_confirmation",),
        "confirmation, cron": ("order_confirmation_later",),
        "payment": ("portal_payment",),
    },
    "survey": {
        "invitation": ("survey_invitation",),
        "certificate": ("survey_certificate",),
    },
}

#: Addon -> ways that make the very same calls. The test database is without most of
#: these addons: they take minutes to install, or change every page.
SAME_CALLS = {
    "account_peppol": ("template_send_mail",),
    "base_install_request": ("template_send_mail",),
    "crm": ("post_with_view",),
    "crm_iap_enrich": ("post_with_view",),
    "crm_iap_mine": ("post_with_view", "template_send_mail_by_cron"),
    "data_recycle": ("notification",),
    "event_booth": ("post_with_view",),
    "event_sale": ("post_with_view",),
    "hr": ("notification",),
    "hr_holidays": ("notification", "post_with_view"),
    "hr_recruitment": ("notification", "mail_by_a_person"),
    "mail_plugin": ("post_with_view",),
    "mrp": ("post_with_view",),
    "point_of_sale": ("template_send_mail",),
    "pos_self_order": ("template_send_mail",),
    "product_email_template": ("post_with_template",),
    "project": ("notification", "tracked_change", "tracked_changes"),
    "purchase_requisition": ("post_with_view",),
    "purchase_stock": ("post_with_view",),
    "rating": ("post_with_template",),
    "sale_gelato": ("post_with_template",),
    "sale_stock": ("post_with_view",),
    "stock": ("post_with_template", "post_with_view"),
    "website_blog": ("post_with_view",),
    "website_crm_iap_reveal": ("post_with_view",),
    "website_crm_partner_assign": ("template_send_mail_later",),
    "website_event_track": ("post_with_view", "template_send_mail_later"),
    "website_forum": ("post_with_view",),
    "website_payment": ("mail_by_hand",),
    "website_profile": ("template_send_mail",),
    "website_sale": ("template_send_mail_by_cron", "notification"),
    "website_sale_stock": ("mail_by_hand",),
    "website_slides": ("template_send_mail_later", "mail_by_a_person"),
    "website_slides_survey": ("template_send_mail_later",),
}
