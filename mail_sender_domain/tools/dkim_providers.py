# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mail providers that sign with the domain of their customer, and where their keys are.

Only providers that use the same selectors for every customer, or propose them, are of
use here: DNS cannot be asked which selectors a domain has.

>>> provider_of("smtp.gmail.com"), provider_of("mail.example.com")
('google', '')
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DkimProvider:
    """A provider and its documented DKIM records.

    :ivar key: a word for it that can be stored
    :ivar selectors: any of them may hold the key (RFC 6376 3.1)
    :ivar servers: the domains of its mail servers, SMTP and MX
    :ivar aliases: the record is a CNAME to a name below one of these; empty when the
        selector alone says whose key it is
    """

    key: str
    selectors: tuple[str, ...]
    servers: tuple[str, ...]
    aliases: tuple[str, ...] = ()


PROVIDERS = (
    # https://support.google.com/a/answer/11611356 (the selector that is proposed)
    DkimProvider("google", ("google",), ("google.com", "gmail.com", "googlemail.com")),
    # https://learn.microsoft.com/defender-office-365/email-authentication-dkim-configure
    DkimProvider(
        "microsoft",
        ("selector1", "selector2"),
        ("office365.com", "outlook.com", "mx.microsoft"),
        ("onmicrosoft.com", "dkim.mail.microsoft"),
    ),
    # https://support.apple.com/102374
    DkimProvider(
        "icloud", ("sig1",), ("icloud.com", "mail.me.com"), ("icloudmailadmin.com",)
    ),
    # https://www.fastmail.help/hc/en-us/articles/360060591153
    DkimProvider(
        "fastmail", ("fm1", "fm2", "fm3"), ("fastmail.com", "messagingengine.com")
    ),
    # https://proton.me/support/cname-problems (as the set-up of a domain shows them)
    DkimProvider(
        "proton", ("protonmail", "protonmail2", "protonmail3"), ("protonmail.ch",)
    ),
    # https://kb.mailbox.org/de/privat/e-mail-mit-eigener-domain
    DkimProvider(
        "mailbox_org", ("mbo0001", "mbo0002", "mbo0003", "mbo0004"), ("mailbox.org",)
    ),
    # https://www.ionos.de/hilfe: "E-Mail-Authentifizierung mit DKIM"
    DkimProvider(
        "ionos",
        ("s1-ionos", "s2-ionos", "s42582890"),
        (
            *(f"ionos.{ending}" for ending in ("com", "de", "es", "fr", "it", "co.uk")),
            "kundenserver.de",
        ),
    ),
    # https://support.sendgrid.com: "Automated Security" (the selectors it proposes)
    DkimProvider("sendgrid", ("s1", "s2"), ("sendgrid.net",), ("sendgrid.net",)),
    # https://github.com/Domain-Connect/Templates: mailjet.com.domain-validation
    DkimProvider("mailjet", ("mailjet",), ("mailjet.com",)),
    # https://github.com/Domain-Connect/Templates: resend.com.mail
    DkimProvider("resend", ("resend",), ("resend.com",)),
)


def provider_of(host: str) -> str:
    """The key of the provider whose mail server this is, empty if it is none of these.

    :param host: of an SMTP server or an MX record, any case
    """
    name = host.strip().removesuffix(".").lower()
    for provider in PROVIDERS:
        if is_below_any(name, provider.servers):
            return provider.key
    return ""


def is_below_any(name: str, parents: tuple[str, ...]) -> bool:
    """Whether a name is one of these or lies below one of them.

    >>> is_below_any("smtp.gmail.com", ("gmail.com",))
    True
    """
    return any(name == parent or name.endswith("." + parent) for parent in parents)
