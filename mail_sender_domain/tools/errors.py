# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The errors of this package: a machine word, its parameters, an English sentence.

The sentence is for logs and developers. Whatever people read is made from ``code`` and
``params`` by the layer above, in their language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class SenderToolError(Exception):
    """Base of the family.

    >>> error = RecordSyntaxError("duplicate_tag", position=12, tag="p")
    >>> error.code, error.params["tag"], error.position
    ('duplicate_tag', 'p', 12)
    >>> str(error)
    "the tag 'p' is there twice (at character 12)"
    >>> str(SenderToolError("out_of_tea", cups=2))
    'out of tea (cups=2)'

    :ivar code: what is wrong, as a machine word
    :ivar params: what the sentence needs to name the culprit
    :cvar sentences: code -> sentence with the parameters as ``{name}``; a code that
        is missing here is shown as it is, followed by its parameters
    """

    sentences: ClassVar[Mapping[str, str]] = {}

    def __init__(self, code: str, **params: object):
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        if sentence := self.sentences.get(self.code):
            return sentence.format(**self.params)
        words = self.code.replace("_", " ")
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{words} ({details})" if details else words


class DomainNameError(SenderToolError):
    """The text is not a domain that can stand in a mail address."""

    sentences = {
        "empty": "no domain was given",
        "has_at": "'{text}' is an address; only the part after the @ is the domain",
        "is_url": "'{text}' is a web address; only the host name in it is the domain",
        "is_ip": "'{text}' is a network address, not a domain",
        "bad_character": "'{character}' cannot be part of the domain '{text}'",
        "bad_hyphen": "'{label}' must not begin or end with a hyphen",
        "empty_label": "'{text}' has a dot too many",
        "no_dot": "'{text}' has no dot; a domain looks like example.com",
        "label_too_long": (
            "the part '{label}' has {length} characters; a part of a domain has at "
            "most {limit}"
        ),
        "too_long": "the domain has {length} characters; a domain has at most {limit}",
        "bad_idn": "'{text}' is not a valid international domain: {detail}",
        "mixed_alphabets": "'{text}' mixes letters that look alike ({alphabets})",
        "looks_latin": "'{text}' reads as {reading}, but is {ascii}",
    }


class EmailAddressError(SenderToolError):
    """The text is not one plain mail address.

    For ``bad_domain`` the cause (``__cause__``) is the :class:`DomainNameError`.
    """

    sentences = {
        "empty": "no address was given",
        "no_at": "'{text}' has no @",
        "has_name": "'{text}' has more than the address; leave the name out",
        "no_local": "'{text}' has nothing before the @",
        "local_too_long": (
            "the part before the @ has {length} characters; the limit is {limit}"
        ),
        "too_long": "the address has {length} characters; the limit is {limit}",
        "bad_character": "'{character}' cannot stand before the @ in '{text}'",
        "bad_dot": "'{text}' has a dot too many before the @",
        "bad_domain": "'{text}' has no valid domain: {detail}",
    }


class SmtpServerError(SenderToolError):
    """What was typed does not describe a mail server, or a login for one.

    For ``bad_host`` the cause (``__cause__``) is the :class:`DomainNameError`. No
    parameter ever holds a password.
    """

    sentences = {
        "no_host": "no host was given",
        "host_is_url": "'{text}' is a web address, not the name of a mail server",
        "host_is_address": "'{text}' is a mail address, not the name of a mail server",
        "host_has_port": "'{text}' has the port {port} behind the name",
        "bad_host": "'{text}' is neither a host name nor an IP address: {detail}",
        "bad_port": "'{text}' is no port; ports go from 1 to {limit}",
        "no_user": "no user name was given",
        "user_too_long": "the user name has {length} characters; the limit is {limit}",
        "user_bad_character": "'{character}' cannot be part of the user name '{text}'",
        "user_bad_domain": "the user name '{text}' has no valid domain: {detail}",
        "no_password": "no password was given",
        "password_bad_character": "the password has a character that is not ASCII",
    }


class RecordSyntaxError(SenderToolError):
    """The text of a DNS record (SPF, DKIM, DMARC) breaks its grammar.

    :ivar position: where, as the number of characters before it; -1 when unknown
    """

    sentences = {
        "wrong_version": "the record does not begin with {expected}",
        "bad_character": "{character} cannot be part of the record",
        "unknown_mechanism": "'{term}' is no mechanism",
        "missing_value": "'{term}' lacks its value",
        "unexpected_value": "'{term}' takes no value",
        "bad_network": "'{term}' does not name a network",
        "bad_prefix": "'{term}' has a wrong prefix length",
        "bad_domain": "'{value}' is not a domain",
        "bad_macro": "the macro at '{value}' is not valid",
        "duplicate_modifier": "'{name}=' is there twice",
        "not_a_tag": "'{text}' does not look like tag=value",
        "duplicate_tag": "the tag '{tag}' is there twice",
        "missing_tag": "the tag '{tag}' is missing",
        "bad_value": "'{value}' is no value for the tag '{tag}'",
    }

    def __init__(self, code: str, position: int = -1, **params: object):
        super().__init__(code, **params)
        self.position = position

    def __str__(self) -> str:
        sentence = super().__str__()
        if self.position < 0:
            return sentence
        return f"{sentence} (at character {self.position})"


class KeyMaterialError(SenderToolError):
    """A private or public key cannot be used."""

    sentences = {
        "unknown_algorithm": "'{algorithm}' is no algorithm for DKIM keys",
        "not_a_key": "the text is not a key",
        "encrypted": "the key is protected by a password",
        "wrong_type": "the key is neither RSA nor Ed25519",
        "revoked": "the record revokes its key",
    }


class SpfMergeError(SenderToolError):
    """An include cannot be put into the SPF record that is there."""

    sentences = {
        "not_spf": "the record does not begin with v=spf1",
        "syntax": "the record has an error: {detail}",
        "bad_include": "'{include}' cannot be included",
        "unusable_include": "{include} cannot be evaluated ({detail}: {domain})",
        "too_many_lookups": (
            "with {include} it would take {count} look-ups; {limit} are allowed "
            "({costs})"
        ),
        "too_many_void_lookups": (
            "with {include} {count} of its names would lead nowhere; {limit} may"
        ),
        "varies": "what '{term}' asks depends on the mail, so nobody can count it",
        "no_answer": "DNS does not answer about {domain} ({reason})",
    }


class LinkTokenError(SenderToolError):
    """The text is not the token of a link that this system mailed for the purpose.

    No parameter ever holds the text: it may be a secret with a typing error.
    """

    sentences = {
        "malformed": "the link is not complete",
        "not_signed": "the link was made elsewhere, or for something else",
    }
