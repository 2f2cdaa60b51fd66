# NOTICE TO THE AUTHOR: your own, uncommitted version of this file was deleted by mistake
# (by the writer of setup/) and this is a reconstruction from the files that were here.
# Please check every key, then remove these lines. See also NOTICE-manifest.txt in the
# folder of the working agreement.
{
    "name": "Mail Sender Domain",
    "summary": "Send documents from the company's own domain, signed and proven",
    "version": "19.0.1.0.0",
    "category": "Productivity/Discuss",
    "license": "LGPL-3",
    "author": "mail_sender_domain contributors",
    "depends": ["mail", "account"],
    "external_dependencies": {
        "python": ["cryptography", "dnspython", "idna", "publicsuffixlist"],
    },
    "data": [
        "security/res_groups.xml",
        "security/ir.model.access.csv",
        "security/ir_rule.xml",
        "data/mail_sender_platform.xml",
        "views/mail_sender_address.xml",
        "views/mail_sender_domain.xml",
        "views/mail_sender_platform.xml",
        "views/ir_mail_server.xml",
        "views/mail_mail.xml",
        "views/res_company.xml",
        "views/menus.xml",
    ],
}
