{
    "name": "Mail Sender OAuth",
    "summary": "Send from Gmail and Outlook mailboxes that were linked by a login",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Productivity/Discuss",
    "author": "mail_sender_domain contributors",
    "license": "LGPL-3",
    "depends": ["mail_sender_domain"],
    # Its modes are not there yet.
    "installable": False,
    "external_dependencies": {
        "python": ["google-auth-oauthlib", "msal"],
    },
}
