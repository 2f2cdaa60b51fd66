{
    "name": "Mail Sender OAuth",
    "summary": "Send from Gmail and Outlook mailboxes that were linked by a login",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Productivity/Discuss",
    "author": "mail_sender_domain contributors",
    "license": "LGPL-3",
    "depends": ["mail_sender_domain"],
    "external_dependencies": {
        "python": ["cryptography", "google-auth-oauthlib", "msal"],
    },
    "data": [
        "security/ir.model.access.csv",
        "security/ir_rule.xml",
        "data/mail_sender_oauth_application.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
