# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people read for the codes that :mod:`.tools` answers with.

The tools speak in codes and parameters; here each code has its sentence, which also
says what to do. Placeholders are the names of the parameters.
"""

from __future__ import annotations

from collections.abc import Mapping

from odoo.tools.translate import LazyTranslate

from .tools.email_address import EmailAddressError
from .tools.errors import DomainNameError, SenderToolError

_lt = LazyTranslate(__name__)

#: U+2400 to U+241F picture the control characters U+0000 to U+001F.
_CONTROL_PICTURES = {code: 0x2400 + code for code in range(0x20)}

DOMAIN_NAME_TEXTS = {
    "empty": _lt("Type a domain, for example example.com."),
    "has_at": _lt(
        "“%(text)s” is an e-mail address. Type only what stands after the @."
    ),
    "is_url": _lt(
        "“%(text)s” is a web address. Type only the domain, for example example.com."
    ),
    "is_ip": _lt(
        "“%(text)s” is an IP address. Type a domain, for example example.com."
    ),
    "bad_character": _lt(
        "“%(text)s” contains “%(character)s”, which no domain may contain. Remove it."
    ),
    "bad_hyphen": _lt(
        "“%(label)s” must not begin or end with a hyphen. Correct the spelling."
    ),
    "empty_label": _lt("“%(text)s” has a dot too many. Correct the spelling."),
    "no_dot": _lt(
        "“%(text)s” is not a whole domain. Type it with its ending, for example "
        "example.com."
    ),
    "label_too_long": _lt(
        "A part of the domain has %(length)s characters; %(limit)s are allowed. "
        "Correct the spelling."
    ),
    "too_long": _lt(
        "The domain has %(length)s characters; %(limit)s are allowed. Correct the "
        "spelling."
    ),
    "bad_idn": _lt(
        "“%(text)s” is not a valid international domain. Correct the spelling or type "
        "its xn-- form."
    ),
    "public_suffix": _lt(
        "“%(text)s” is an ending under which many people have domains. Type your own "
        "domain below it, for example example.%(text)s."
    ),
    "free_mail": _lt(
        "“%(text)s” belongs to a mail provider, so nobody else can prove to own it. "
        "Type a domain of your own."
    ),
}

EMAIL_ADDRESS_TEXTS = {
    "empty": _lt("Type an address, for example invoices@example.com."),
    "no_at": _lt("“%(text)s” has no @. Type it as name@example.com."),
    "has_name": _lt(
        "“%(text)s” has more than the address. Type only name@example.com; the name "
        "has its own field."
    ),
    "no_local": _lt("“%(text)s” has nothing before the @."),
    "local_too_long": _lt(
        "The part before the @ has %(length)s characters; %(limit)s are allowed."
    ),
    "too_long": _lt("The address has %(length)s characters; %(limit)s are allowed."),
    "bad_character": _lt(
        "“%(text)s” contains “%(character)s” before the @, which is not allowed. Use "
        "letters, digits, dots and hyphens."
    ),
    "bad_dot": _lt("“%(text)s” has a dot too many before the @."),
    "bad_domain": _lt(
        "“%(text)s” does not end in a valid domain. Correct the spelling."
    ),
}

REASON_TEXTS = {
    "testing_flag": _lt(
        "The key is marked as a test (t=y), so receivers may ignore it. Remove t=y."
    ),
    "weak_key": _lt("The key has %(bits)s bits; %(limit)s are usual today."),
    "inherited": _lt("The policy of %(domain)s applies."),
    "allows_everyone": _lt(
        "The record lets every address on earth send. End it with ~all or -all."
    ),
    "dangling": _lt("The alias leads to %(target)s, which does not exist."),
    "not_found": _lt("There is no such record yet. Publish it at the DNS host."),
    "quotes": _lt(
        "The value has quotation marks around it. Enter it again without them."
    ),
    "syntax": _lt("The record is not valid: %(detail)s."),
    "several_records": _lt(
        "There are %(count)s records where only one may be. Remove the others."
    ),
    "other_token": _lt(
        "There is the token of another registration. Replace it by the value shown."
    ),
    "key_revoked": _lt(
        "The record withdraws the key: it has been revoked (p= is empty). Publish the "
        "value shown."
    ),
    "other_key": _lt("The record has another key. Replace it by the value shown."),
    "unusable_key": _lt(
        "The record has no usable key (%(error)s). Replace it by the value shown."
    ),
    "key_too_short": _lt(
        "The key has %(bits)s bits; receivers want %(limit)s at least."
    ),
    "hash_not_allowed": _lt(
        "The record does not allow SHA-256 (h=). Replace it by the value shown."
    ),
    "not_for_mail": _lt(
        "The record does not let the key sign mail (s=). Replace it by the value shown."
    ),
    "other_value": _lt(
        "The record leads to another name. Replace it by the value shown."
    ),
    "wrong_type": _lt(
        "There is a record of the type %(type)s instead of %(expected)s. Remove it and "
        "create the type shown."
    ),
    "not_preferred": _lt(
        "%(host)s is preferred over the expected mail server. Remove its record."
    ),
    "include_missing": _lt("The record does not include %(include)s."),
    "not_authorised": _lt("The record does not let %(address)s send (%(result)s)."),
    "too_many_lookups": _lt(
        "Evaluating the record takes more than %(limit)s look-ups (%(costs)s). Remove "
        "includes that are no longer needed."
    ),
    "too_many_void_lookups": _lt(
        "More than %(limit)s names in the record lead nowhere. Remove them."
    ),
    "too_many_hosts": _lt("“%(term)s” names more than %(limit)s mail servers."),
    "no_included_record": _lt(
        "“%(term)s” leads to %(domain)s, which has no SPF record. Remove it."
    ),
    "included_record": _lt(
        "The SPF record of %(domain)s, which is included, is not valid."
    ),
    "timeout": _lt("The name servers did not answer in time. Try again later."),
    "servfail": _lt("The name servers answered with a failure. Try again later."),
    "refused": _lt("The name servers refused to answer. Try again later."),
    "lame": _lt(
        "The name servers do not know the zone. Check at your registrar which name "
        "servers the domain has."
    ),
    "alias_loop": _lt("The aliases go round in a circle. Remove one of them."),
    "malformed": _lt("The answer of the name servers could not be understood."),
    "network": _lt(
        "The name servers could not be reached. Check this server's connection."
    ),
    "time_limit": _lt("It took too long to evaluate the record. Try again later."),
}

ALIGNMENT_TEXTS = {
    "passes": _lt("Passes at Gmail, Outlook and others."),
    "passes_not_forwarded": _lt(
        "Passes, but breaks when the receiver forwards the mail."
    ),
    "fails_policy": _lt(
        "Does not pass: the domain asks receivers to refuse such mail or to put it "
        "into spam."
    ),
    "unauthenticated": _lt(
        "Nothing proves the sender, so the mail is likely to land in spam."
    ),
    "unknown": _lt("Cannot be said yet, because something is not known."),
    "spf_aligned": _lt("%(domain)s lets the server send for it (SPF)."),
    "spf_relaxed": _lt(
        "%(domain)s lets the server send for it (SPF). This counts for "
        "%(from_domain)s, too, unless its DMARC record demands exactly the same domain "
        "(aspf=s)."
    ),
    "spf_strict": _lt(
        "SPF does not count: bounces go to %(domain)s, but the DMARC record demands "
        "exactly %(from_domain)s (aspf=s)."
    ),
    "spf_foreign": _lt(
        "SPF does not count: bounces go to %(domain)s, which does not belong to "
        "%(from_domain)s."
    ),
    "spf_not_authorised": _lt(
        "The SPF record of %(domain)s does not let the server send. Add the server to "
        "the record."
    ),
    "spf_unknown": _lt(
        "It is not known whether the SPF record of %(domain)s lets the server send."
    ),
    "dkim_aligned": _lt("The mail is signed for %(domain)s (DKIM)."),
    "dkim_relaxed": _lt(
        "The mail is signed for %(domain)s (DKIM). This counts for %(from_domain)s, "
        "too, unless its DMARC record demands exactly the same domain (adkim=s)."
    ),
    "dkim_strict": _lt(
        "The signature for %(domain)s does not count: the DMARC record demands exactly "
        "%(from_domain)s (adkim=s). Send from an address of %(domain)s, or remove "
        "adkim=s."
    ),
    "dkim_foreign": _lt(
        "The signature for %(domain)s does not count, because that domain does not "
        "belong to %(from_domain)s."
    ),
    "dkim_missing": _lt(
        "Nobody signs the mail for %(from_domain)s. If it leaves through a mailbox, "
        "switch on DKIM at the provider of the mailbox."
    ),
    "dkim_unknown": _lt(
        "It is not known whether the mail server signs for %(from_domain)s. Ask its "
        "provider whether DKIM is switched on."
    ),
    "policy_none": _lt(
        "%(domain)s asks receivers to treat mail that does not pass like any other."
    ),
    "policy_quarantine": _lt(
        "%(domain)s asks receivers to put mail that does not pass into spam."
    ),
    "policy_reject": _lt(
        "%(domain)s asks receivers to refuse mail that does not pass."
    ),
    "dmarc_missing": _lt(
        "%(from_domain)s has no DMARC record. Publish one: Gmail and Outlook want it "
        "from everybody who sends them more than 5,000 mails a day."
    ),
    "dmarc_void": _lt(
        "The DMARC record of %(domain)s is not valid, so receivers ignore it. Correct "
        "the record."
    ),
    "dmarc_unknown": _lt(
        "The DMARC record of %(from_domain)s is not known, because there was no answer "
        "yet."
    ),
    "passes_directly": _lt(
        "It passes when it is delivered directly. Whether it still passes when the "
        "receiver forwards it depends on the signature."
    ),
    "bulk_incomplete": _lt(
        "Gmail and Outlook want both SPF and DKIM from everybody who sends them more "
        "than 5,000 mails a day; %(missing)s is missing."
    ),
    "free_mail": _lt(
        "%(from_domain)s belongs to a mail provider. Mail from other servers in its "
        "name is refused or lands in spam. Link the mailbox, or send from a domain of "
        "your own."
    ),
}

PLATFORM_GAP_TEXTS = {
    "spf_include": _lt(
        "The SPF include of the sending platform is not known, so SPF alone cannot "
        "prove the mail. Ask the system administrator to fill it in."
    ),
    "return_path_host": _lt(
        "The return path has no host yet. Ask the system administrator to fill in the "
        "Return-Path Target or the Bounce Host of the sending platform."
    ),
    "spf_source": _lt(
        "It is not known which servers deliver the mail. Ask the system administrator "
        "to fill in the SPF include or the addresses of the outgoing server."
    ),
}

_ERROR_TEXTS = {
    DomainNameError: DOMAIN_NAME_TEXTS,
    EmailAddressError: EMAIL_ADDRESS_TEXTS,
}


def error_text(env, error: SenderToolError) -> str:
    """Return the translated sentence for an error of the tools.

    :param env: environment whose language to use
    """
    texts = next(
        (table for kind, table in _ERROR_TEXTS.items() if isinstance(error, kind)), {}
    )
    if error.code not in texts:
        return str(error)
    sentence = env._(texts[error.code])
    return sentence % _visible(error.params)


def reason_text(env, code: str | None, params: Mapping[str, object]) -> str:
    """Return the translated sentence on what a check found; empty without a code.

    :param env: environment whose language to use
    :param code: a code of :mod:`.tools.record_checks`
    :param params: its parameters
    """
    if not code:
        return ""
    sentence = env._(REASON_TEXTS[code])
    return sentence % _visible(params)


def alignment_text(env, code: str, params: Mapping[str, object]) -> str:
    """Return the translated sentence for an outcome of a verdict or a reason of it.

    :param env: environment whose language to use
    :param code: a code of :mod:`.tools.alignment`
    :param params: its parameters, none for an outcome
    """
    sentence = env._(ALIGNMENT_TEXTS[code])
    return sentence % _visible(params)


def _visible(params: Mapping[str, object]) -> dict[str, object]:
    """Show control characters that somebody typed or published as symbols."""
    return {
        name: value.translate(_CONTROL_PICTURES) if isinstance(value, str) else value
        for name, value in params.items()
    }


def smtp_text(env, code, params):
    return code
