# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people read for the codes that :mod:`.tools` answers with.

The tools speak in codes and parameters; here each code has its sentence, which also
says what to do. Placeholders are the names of the parameters.
"""

from __future__ import annotations

from collections.abc import Mapping

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from .tools.announcements import Announcement
from .tools.dkim_import import KeyImportError
from .tools.dmarc_steps import DmarcStep
from .tools.dns_update import DnsUpdateError
from .tools.domain_connect import DomainConnectError
from .tools.email_address import EmailAddressError
from .tools.errors import (
    DomainNameError,
    SenderToolError,
    SmtpServerError,
    SpfMergeError,
)
from .tools.sending_limits import Quota

_lt = LazyTranslate(__name__)

#: As much as people read of what they typed.
_TYPED_LENGTH = 200

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
    "mixed_alphabets": _lt(
        "“%(text)s” mixes letters of several alphabets that look alike "
        "(%(alphabets)s). "
        "Type it again with the letters of one alphabet."
    ),
    "looks_latin": _lt(
        "“%(text)s” reads as %(reading)s, but its letters are of another alphabet. "
        "Type %(reading)s with Latin letters; if it really is the other name, type "
        "%(ascii)s."
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

SMTP_SERVER_TEXTS = {
    "no_host": _lt("Type the host of the mail server, for example smtp.example.com."),
    "host_is_url": _lt(
        "“%(text)s” is a web address. Type only the host, for example smtp.example.com."
    ),
    "host_is_address": _lt(
        "“%(text)s” is an e-mail address. Type the host of the mail server, for "
        "example smtp.example.com."
    ),
    "host_has_port": _lt(
        "“%(text)s” has the port behind the host. Type %(port)s in the field for the "
        "port."
    ),
    "bad_host": _lt(
        "“%(text)s” is neither a host nor an IP address. Correct the spelling."
    ),
    "bad_port": _lt("“%(text)s” is no port. Type a number from 1 to %(limit)s."),
    "no_user": _lt("Type the user name, or say that the server needs no login."),
    "user_too_long": _lt(
        "The user name has %(length)s characters; %(limit)s are allowed."
    ),
    "user_bad_character": _lt(
        "The user name “%(text)s” contains “%(character)s”, which mail servers do not "
        "take. Correct the spelling."
    ),
    "user_bad_domain": _lt(
        "The user name “%(text)s” does not end in a valid domain. Correct the spelling."
    ),
    "no_password": _lt("Type the password, or say that the server needs no login."),
    "password_bad_character": _lt(
        "The password contains an accented letter, a special blank or another "
        "character that mail servers do not take. Type it by hand, or choose a "
        "password of plain letters, digits and signs at your mail provider."
    ),
}

SMTP_TEXTS = {
    # Steps that are running.
    "look_up": _lt("Looking up %(host)s"),
    "connect": _lt("Connecting to %(host)s, port %(port)s"),
    "greeting": _lt("Waiting for the server's greeting"),
    "tls": _lt("Encrypting the connection"),
    "login": _lt("Logging in as %(user)s"),
    "sender": _lt("Asking whether %(address)s may send"),
    "recipient": _lt("Asking whether %(address)s may be written to"),
    "message": _lt("Handing over the message"),
    # Steps that went well.
    "host_found": _lt("%(host)s was found: %(addresses)s."),
    "connected": _lt("Connected to %(address)s, port %(port)s."),
    "interface": _lt(
        "The mail server takes no mail of this mailbox, so that it leaves through the "
        "provider's own interface."
    ),
    "greeted": _lt("%(server)s is ready to take mail."),
    "encrypted": _lt(
        "The connection is encrypted (%(version)s). The certificate of %(names)s was "
        "issued by %(issuer)s and is valid until %(expires)s."
    ),
    "encrypted_unvalidated": _lt(
        "The connection is encrypted (%(version)s), but nobody checked whether the "
        "server is the right one. Choose an encryption with validation."
    ),
    "logged_in": _lt("Logged in as %(user)s."),
    "sender_accepted": _lt("%(address)s may send."),
    "recipient_accepted": _lt("%(address)s may be written to."),
    "message_accepted": _lt("The server took the message: %(reply)s"),
    "message_taken": _lt("The provider took the message."),
    # Steps that were left out.
    "not_encrypted": _lt(
        "The connection is not encrypted: on the way, others can read mail and "
        "password. Choose an encryption."
    ),
    "no_login": _lt("No login is set up."),
    "no_message": _lt("No message was sent."),
    "not_reached": _lt("Not reached, because an earlier step failed."),
    # The way to the server.
    "host_not_found": _lt("There is no host of that name. Correct the spelling."),
    "look_up_failed": _lt(
        "The name servers did not answer, so the host could not be looked up. Try "
        "again later."
    ),
    "connection_refused": _lt(
        "The host takes no connections on that port. Check host and port: 587 and 465 "
        "are usual."
    ),
    "unreachable": _lt(
        "There is no way to the host. Check its address and this server's connection."
    ),
    "connect_timeout": _lt(
        "Nothing answers on that port. Check host and port, and ask the system "
        "administrator whether a firewall stops the connection."
    ),
    "silent": _lt(
        "The server takes the connection but says nothing. It may expect encryption at "
        "once: choose SSL/TLS, usually on port 465, or check the port."
    ),
    "timeout": _lt("The server did not answer in time. Try again later."),
    "closed": _lt(
        "The server closed the connection. Check port and encryption, or try again "
        "later."
    ),
    "network": _lt("The connection failed (%(detail)s). Try again later."),
    "not_smtp": _lt(
        "What answers there is no mail server, or it is very faulty. Check host and "
        "port."
    ),
    "server_refused": _lt(
        "The server does not want to talk to this Odoo: %(reply)s. Ask your mail "
        "provider."
    ),
    "address_blocked": _lt(
        "The server blocks the IP address of this Odoo: %(reply)s. Ask the system "
        "administrator to have it taken off the list."
    ),
    # Encryption.
    "no_starttls": _lt(
        "The server offers no encryption by STARTTLS. Choose SSL/TLS, usually on port "
        "465, or check the port: 587 is usual for STARTTLS."
    ),
    "tls_refused": _lt(
        "The server cannot encrypt the connection: %(reply)s. Try again later, or ask "
        "your mail provider."
    ),
    "not_tls": _lt(
        "The server answers in plain text where encryption was expected. Choose "
        "STARTTLS, usually on port 587, or check the port: 465 is usual for SSL/TLS."
    ),
    "tls_outdated": _lt(
        "The server only knows encryption that is no longer safe (%(detail)s). Ask "
        "your mail provider for another server."
    ),
    "tls_failed": _lt(
        "The connection could not be encrypted (%(detail)s). Check port and "
        "encryption, or ask your mail provider."
    ),
    "tls_needed": _lt(
        "The server only talks over encrypted connections: %(reply)s. Choose an "
        "encryption."
    ),
    "certificate_expired": _lt(
        "The server's certificate has expired. Ask your mail provider to renew it."
    ),
    "certificate_too_early": _lt(
        "The server's certificate is not valid yet. Check the clock of this server, or "
        "ask your mail provider."
    ),
    "certificate_wrong_name": _lt(
        "The server's certificate is for another host. Type the host as your mail "
        "provider names it."
    ),
    "certificate_names": _lt(
        "The server's certificate is for %(names)s and not for %(host)s. Type the host "
        "as your mail provider names it; it is probably one of those."
    ),
    "certificate_self_signed": _lt(
        "The server signed its certificate itself, so anybody could pretend to be it. "
        "Ask your mail provider for a server with a valid certificate."
    ),
    "certificate_unknown_issuer": _lt(
        "The issuer of the server's certificate is not known. Ask your mail provider "
        "for a valid certificate, or the system administrator to trust its issuer."
    ),
    "certificate_invalid": _lt(
        "The server's certificate is not valid (%(detail)s). Ask your mail provider."
    ),
    # Login.
    "login_refused": _lt(
        "The server refused the user name or the password: %(reply)s. Type both again; "
        "some providers want an app password instead of your usual one."
    ),
    "app_password_needed": _lt(
        "The provider does not take your usual password: %(reply)s. Make an app "
        "password in your account there and type it here."
    ),
    "browser_login_needed": _lt(
        "The provider wants you to log in with a browser first: %(reply)s. Do so, "
        "confirm that it was you, and try again."
    ),
    "login_off": _lt(
        "The provider does not let this account log in by password: %(reply)s. Ask its "
        "administrator to allow SMTP with a login, or link the account instead."
    ),
    "account_disabled": _lt(
        "The account is disabled: %(reply)s. Ask your mail provider."
    ),
    "login_needed": _lt(
        "The server wants a login: %(reply)s. Say that the server needs a login, and "
        "type user name and password."
    ),
    "login_not_offered": _lt(
        "The server offers no login with user name and password. Check port and "
        "encryption, or say that the server needs no login."
    ),
    "login_not_ascii": _lt(
        "The user name or the password contains a character that mail servers do not "
        "take, such as an accented letter. Type both again."
    ),
    "too_many_logins": _lt(
        "There were too many attempts to log in: %(reply)s. Wait an hour, and check "
        "user name and password before you try again."
    ),
    "login_later": _lt(
        "The server cannot check the login now: %(reply)s. Try again later."
    ),
    # Sender.
    "sender_mismatch": _lt(
        "The message would have left from %(found)s instead of %(expected)s, so it was "
        "stopped. Another addon or setting changed its sender."
    ),
    "sender_not_allowed": _lt(
        "This login may not send from that address: %(reply)s. Allow the address at "
        "your mail provider (“send as” or alias), or send from the address of the "
        "login."
    ),
    "sender_domain_unknown": _lt(
        "The server cannot find the domain of the sender: %(reply)s. Check the "
        "address, and whether its domain has an MX record."
    ),
    "sender_refused": _lt(
        "The server refused the sender: %(reply)s. Ask your mail provider whether this "
        "login may send from that address."
    ),
    "sending_blocked": _lt(
        "The provider has blocked this account from sending: %(reply)s. Ask your mail "
        "provider to lift the block."
    ),
    "limit_reached": _lt(
        "The provider's limit is reached: %(reply)s. Wait until more may be sent."
    ),
    "unauthenticated": _lt(
        "The server does not believe that the mail comes from the sender's domain: "
        "%(reply)s. Check SPF, DKIM and DMARC of the domain."
    ),
    # Recipient.
    "relay_denied": _lt(
        "The server takes no mail for other domains from us: %(reply)s. Say that the "
        "server needs a login, or ask its administrator to let this Odoo send."
    ),
    "recipient_unknown": _lt(
        "The recipient's mailbox does not exist: %(reply)s. Check the address."
    ),
    "mailbox_full": _lt("The recipient's mailbox is full: %(reply)s. Try again later."),
    "recipient_refused": _lt(
        "The server refused the recipient: %(reply)s. Check the address."
    ),
    # Message.
    "too_large": _lt(
        "The message is too large for the server: %(reply)s. Send smaller attachments."
    ),
    "content_refused": _lt(
        "The server does not take what is attached: %(reply)s. Send it in another form."
    ),
    "spam": _lt(
        "The server takes the message for spam, or forbids its content: %(reply)s. "
        "Check SPF, DKIM and DMARC of the domain, and ask your mail provider."
    ),
    "message_refused": _lt(
        "The server refused the message: %(reply)s. Ask your mail provider."
    ),
    # Anywhere.
    "address_not_ascii": _lt(
        "An address contains a character that the server does not take, such as an "
        "accented letter. Use another address."
    ),
    "try_later": _lt(
        "The server cannot take mail from us now: %(reply)s. Try again later."
    ),
    "unexpected": _lt(
        "Something unexpected happened (%(detail)s). Ask the system administrator to "
        "look into the log."
    ),
}

REASON_TEXTS = {
    "testing_flag": _lt(
        "The key is marked as a test (t=y), so receivers may ignore it. Remove t=y."
    ),
    "weak_key": _lt(
        "The key has %(bits)s bits; %(limit)s are usual today. No other value mends "
        "that: rotate the DKIM keys, and publish the record of the new one."
    ),
    "copied_key": _lt(
        "The key itself is published instead of an alias of %(target)s, so it will not "
        "follow when the key changes. Replace it by the alias."
    ),
    "inherited": _lt("The policy of %(domain)s applies."),
    "allows_everyone": _lt(
        "The record lets every address on earth send. End it with ~all or -all."
    ),
    "generous_include": _lt(
        "“%(term)s” leads to a record that lets every address on earth send. No value "
        "of yours mends that: ask its owner to correct it, or remove it."
    ),
    "neutral_all": _lt(
        "The record says nothing about other senders. End it with ~all or -all."
    ),
    "reports_refused": _lt(
        "Reports do not arrive at %(domain)s, which has not agreed to take them. Ask "
        "its owner to publish a TXT record %(host)s with the value %(value)s, or send "
        "reports to a mailbox of your own domain."
    ),
    "dangling": _lt(
        "The alias leads to %(target)s, which does not exist. If that is the value "
        "shown, whoever runs the sending platform has to publish it."
    ),
    "not_found": _lt("There is no such record yet. Publish it at the DNS host."),
    "doubled_domain": _lt(
        "The record is at %(found_at)s: the DNS host added the domain once more. Enter "
        "the short host shown."
    ),
    "misplaced": _lt("The record is at %(found_at)s. Move it to the host shown."),
    "other_zone": _lt(
        "There is no such record yet. Publish it in the zone %(zone)s, which has name "
        "servers of its own: %(servers)s."
    ),
    "quotes": _lt(
        "The value has quotation marks around it. Enter it again without them."
    ),
    "backslashes": _lt("The value has backslashes in it. Enter it again without them."),
    "blanks": _lt(
        "The value has blanks or invisible characters where none may be. Enter it "
        "again without them."
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
        "The key has %(bits)s bits; receivers want %(limit)s at least. No other value "
        "mends that: rotate the DKIM keys, and publish the record of the new one."
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
    "proxied": _lt(
        "There is an address (%(address)s) instead of the alias. Remove it; if you "
        "created an alias, switch off the proxy or the flattening for it at the DNS "
        "host."
    ),
    "not_preferred": _lt(
        "%(host)s is preferred over the expected mail server. Remove its record."
    ),
    "include_missing": _lt("The record does not include %(include)s."),
    "not_authorised": _lt("The record does not let %(address)s send (%(result)s)."),
    "no_room": _lt(
        "The record does not include %(include)s, and there is no room for it: "
        "evaluating it would take %(count)s look-ups (%(costs)s), and %(limit)s are "
        "allowed. Remove includes that are no longer needed first."
    ),
    "too_many_lookups": _lt(
        "Evaluating the record takes more than %(limit)s look-ups (%(costs)s). Remove "
        "includes that are no longer needed: which ones, only their owner knows."
    ),
    "too_many_void_lookups": _lt(
        "More than %(limit)s names in the record, or in those that it includes, lead "
        "nowhere. Remove them; ask the owners of the included records to do the same."
    ),
    "too_many_hosts": _lt(
        "“%(term)s” names more than %(limit)s mail servers. Replace it by ip4: and "
        "ip6: with the addresses of those that send, which only their owner knows."
    ),
    "no_included_record": _lt(
        "“%(term)s” leads to %(domain)s, which has no SPF record. Remove it."
    ),
    "included_record": _lt(
        "The SPF record of %(domain)s, which is included, is missing or not valid. No "
        "value of yours mends that: ask its owner to correct it, or remove the include."
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

SPF_MERGE_TEXTS = {
    "not_spf": _lt("The record does not begin with v=spf1, so it is no SPF record."),
    "syntax": _lt("The SPF record has an error: %(detail)s. Correct it first."),
    "bad_include": _lt(
        "“%(include)s” is not a domain that can be included. Correct the spelling."
    ),
    "unusable_include": _lt(
        "%(include)s cannot be included: the SPF record of %(domain)s is missing or "
        "not valid. Ask the system administrator to correct the SPF include of the "
        "sending platform."
    ),
    "too_many_lookups": _lt(
        "There is no room for %(include)s in the SPF record: evaluating it would take "
        "%(count)s look-ups (%(costs)s), and %(limit)s are allowed. Remove includes "
        "that are no longer needed first."
    ),
    "too_many_void_lookups": _lt(
        "There is no room for %(include)s in the SPF record: %(count)s of its names "
        "may lead nowhere, and %(limit)s are allowed. Remove names that no longer "
        "exist first."
    ),
    "varies": _lt(
        "“%(term)s” means something else for each mail, so nobody can say what adding "
        "an include would do. Ask whoever made the SPF record to add it."
    ),
    "no_answer": _lt("DNS does not answer about %(domain)s. Try again later."),
}

KEY_IMPORT_TEXTS = {
    "empty": _lt("Paste the private key, from its line BEGIN to its line END."),
    "not_pem": _lt(
        "This is no key in PEM format. Paste the private key, from its line BEGIN to "
        "its line END."
    ),
    "incomplete": _lt(
        "The end of the key is missing. Paste all of it, from its line BEGIN to its "
        "line END."
    ),
    "public_key": _lt(
        "This is the public half of the key. Paste the private half, whose first line "
        "says PRIVATE KEY."
    ),
    "certificate": _lt(
        "This is a certificate. Paste its private key, whose first line says PRIVATE "
        "KEY."
    ),
    "openssh": _lt(
        "This is a key in the format of OpenSSH. Convert it to PEM first, for example "
        "with ssh-keygen -p -m PEM."
    ),
    "several": _lt("There are %(count)s private keys. Paste only one."),
    "encrypted": _lt(
        "The key is protected by a password. Remove the password first, for example "
        "with openssl pkey, and paste the result."
    ),
    "damaged": _lt(
        "The key is damaged: a part is missing or was changed. Copy it again."
    ),
    "wrong_type": _lt("Mail is signed with RSA or Ed25519. Take a key of such a type."),
    "too_short": _lt(
        "The key has %(bits)s bits; receivers want %(limit)s at least. Take a longer "
        "key."
    ),
    "too_long": _lt(
        "The key has %(bits)s bits; receivers take %(limit)s at most. Take a shorter "
        "key."
    ),
    "not_a_pair": _lt(
        "The public key does not belong to the private key. Paste the private key "
        "alone, or both halves of one key."
    ),
}

DOMAIN_CONNECT_TEXTS = {
    "no_answer": _lt("DNS does not answer about %(domain)s. Try again later."),
    "not_offered": _lt(
        "The DNS host of %(domain)s does not publish records at one click. Enter them "
        "in its control panel."
    ),
    "bad_host": _lt(
        "The DNS host names an address that cannot be used (“%(text)s” at %(domain)s). "
        "Enter the records in its control panel."
    ),
    "not_reached": _lt("%(host)s could not be reached. Try again later."),
    "not_served": _lt(
        "%(host)s does not keep %(domain)s. Enter the records in the control panel of "
        "the DNS host."
    ),
    "bad_settings": _lt(
        "The answer of %(host)s could not be understood. Enter the records in the "
        "control panel of the DNS host."
    ),
    "http_status": _lt(
        "%(host)s answered with an error (%(status)s). Try again later."
    ),
    "no_link": _lt(
        "%(host)s does not publish records at one click. Enter them in its control "
        "panel."
    ),
    "bad_key": _lt(
        "The signing key of Domain Connect cannot be used: %(detail)s. Enter an RSA "
        "key without a password."
    ),
}

DNS_UPDATE_TEXTS = {
    "bad_server": _lt(
        "“%(text)s” is not the address of a name server. Enter an IP address, with a "
        "port if needed."
    ),
    "bad_secret": _lt(
        "The secret of the key “%(key)s” is not valid. Copy it from the configuration "
        "of the name server: it is in base64."
    ),
    "bad_algorithm": _lt(
        "“%(algorithm)s” cannot be used for updates. Choose hmac-sha256 or longer."
    ),
    "bad_name": _lt("“%(name)s” is not a name in DNS. Correct the spelling."),
    "outside": _lt(
        "“%(name)s” is not in the zone %(zone)s. Enter the zone that the name is in."
    ),
    "bad_type": _lt("Records of the type %(type)s cannot be published here."),
    "timeout": _lt(
        "The name server %(server)s did not answer in time. Try again later."
    ),
    "network": _lt(
        "The name server %(server)s could not be reached (%(detail)s). Check its "
        "address and the firewall."
    ),
    "unknown_key": _lt(
        "The name server does not know the key “%(key)s”. Check its name and algorithm."
    ),
    "wrong_secret": _lt(
        "The name server has another secret for the key “%(key)s”. Copy it again."
    ),
    "wrong_time": _lt(
        "The clock of the name server and that of this machine differ. Set them right."
    ),
    "not_its_zone": _lt(
        "The name server does not keep the zone %(zone)s. Enter its primary name "
        "server."
    ),
    "refused": _lt(
        "The name server does not let the key “%(key)s” change the zone %(zone)s. "
        "Allow it in its configuration."
    ),
    "failed": _lt(
        "The name server could not make the change (%(rcode)s). Look into its log."
    ),
    "malformed": _lt(
        "The answer of the name server could not be verified. Check its address, the "
        "zone and the key."
    ),
}

DMARC_STEP_TEXTS = {
    "publish": _lt(
        "There is no DMARC record yet. Begin with one that asks receivers for nothing."
    ),
    "add_reports": _lt(
        "Nobody gets reports about the domain. Add a mailbox for them, to see who "
        "sends in its name."
    ),
    "quarantine": _lt(
        "All mail passes. Next, ask receivers to put mail that does not pass into spam."
    ),
    "all_mail": _lt(
        "The policy counts for %(percent)s of 100 mails only. Let it count for all."
    ),
    "reject": _lt(
        "All mail passes. Next, ask receivers to refuse mail that does not pass."
    ),
    "done": _lt("The domain is protected: receivers refuse mail that does not pass."),
    "inherited": _lt("The policy of %(domain)s applies; change it there."),
    "no_mailbox": _lt(
        "Nobody gets reports about the domain. Enter a mailbox for them first."
    ),
    "not_passing": _lt(
        "Not all mail passes yet, so receivers should not be asked for more."
    ),
    "wait": _lt(
        "Wait until all mail has passed for %(days)s more days before the next step."
    ),
    "broken": _lt("Repair the DMARC record first."),
    "unknown": _lt("The name servers did not answer. Try again later."),
}

#: What a provider takes, by the seconds that its limit is for.
LIMIT_TEXTS = {
    60: _lt("%(mails)s a minute"),
    3600: _lt("%(mails)s an hour"),
    86400: _lt("%(mails)s a day"),
}

#: What providers announced about logins with a password.
ANNOUNCEMENT_TEXTS = {
    "password_off": _lt(
        "From %(date)s on, %(provider)s takes no passwords here unless an "
        "administrator allows them again. Link the mailbox by a login instead."
    ),
    "password_ended": _lt(
        "%(provider)s has taken no passwords here since %(date)s. Link the mailbox by "
        "a login instead."
    ),
    "app_password": _lt(
        "Since %(date)s %(provider)s refuses the password of the account here. Link "
        "the mailbox by a login, or make an app password for it."
    ),
}

_ERROR_TEXTS = {
    DomainNameError: DOMAIN_NAME_TEXTS,
    EmailAddressError: EMAIL_ADDRESS_TEXTS,
    SmtpServerError: SMTP_SERVER_TEXTS,
    SpfMergeError: SPF_MERGE_TEXTS,
    KeyImportError: KEY_IMPORT_TEXTS,
    DomainConnectError: DOMAIN_CONNECT_TEXTS,
    DnsUpdateError: DNS_UPDATE_TEXTS,
}


def error_text(env, error: SenderToolError) -> str:
    """Return the translated sentence for an error of the tools.

    :param env: environment whose language to use
    """
    if error.code == "bad_domain" and isinstance(error.__cause__, DomainNameError):
        # It says what is wrong with the domain, and how to mend it.
        error = error.__cause__
    texts = next(
        (table for kind, table in _ERROR_TEXTS.items() if isinstance(error, kind)), {}
    )
    if error.code not in texts:
        return str(error)
    sentence = env._(texts[error.code])
    params = {
        name: _shorten(value) if isinstance(value, str) else value
        for name, value in error.params.items()
    }
    return sentence % _visible(params)


def _shorten(text: str) -> str:
    """Return what somebody typed, or its beginning where nobody would read it all."""
    return text if len(text) <= _TYPED_LENGTH else f"{text[:_TYPED_LENGTH]}…"


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


def smtp_text(env, code: str, params: Mapping[str, object]) -> str:
    """Return the translated sentence on a step of a talk with a mail server.

    :param env: environment whose language to use
    :param code: a code of :mod:`.tools.smtp_dialogue`
    :param params: its parameters
    """
    sentence = env._(SMTP_TEXTS[code])
    return sentence % _visible(params)


def limit_text(env, quota: Quota) -> str:
    """Return the translated sentence on why mail of an account waits.

    :param env: environment whose language to use
    """
    parts = []
    for limit in quota.limits:
        part = env._(LIMIT_TEXTS[limit.seconds])
        parts.append(part % {"mails": limit.mails})
    return env._(
        "%(provider)s takes only so many mails from one mailbox: %(limits)s. This one "
        "waits its turn and leaves by itself.",
        provider=quota.provider,
        limits=", ".join(parts),
    )


def announcement_text(env, announcement: Announcement) -> str:
    """Return the translated sentence on what a provider announced.

    :param env: environment whose language to use
    """
    sentence = env._(ANNOUNCEMENT_TEXTS[announcement.code])
    return sentence % {
        "date": format_date(env, announcement.date),
        "provider": announcement.provider,
    }


def dmarc_step_text(env, step: DmarcStep) -> str:
    """Return the translated sentence on the next step of a DMARC policy.

    :param env: environment whose language to use
    """
    sentence = env._(DMARC_STEP_TEXTS[step.code])
    return sentence % _visible(step.params)


def _visible(params: Mapping[str, object]) -> dict[str, object]:
    """Show with symbols what somebody typed or published that has no shape."""
    return {
        name: _draw(value) if isinstance(value, str) else value
        for name, value in params.items()
    }


def _draw(text: str) -> str:
    drawn = text.translate(_CONTROL_PICTURES)
    return "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in drawn
    )
