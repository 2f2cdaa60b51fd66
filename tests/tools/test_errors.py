# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Errors carry a code and parameters; their English sentence always can be made."""

import string

import pytest
from tools import errors
from tools.dkim_import import KeyImportError
from tools.dns_update import DnsUpdateError
from tools.domain_connect import DomainConnectError

FAMILY = [
    errors.DomainNameError,
    errors.EmailAddressError,
    errors.SmtpServerError,
    errors.RecordSyntaxError,
    errors.KeyMaterialError,
    errors.SpfMergeError,
    KeyImportError,
    DnsUpdateError,
    DomainConnectError,
    errors.LinkTokenError,
]


@pytest.mark.parametrize("kind", FAMILY)
def test_family(kind):
    assert issubclass(kind, errors.SenderToolError)


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, code) for kind in FAMILY for code in kind.sentences]
)
def test_sentence_names_the_culprit(kind, code):
    template = kind.sentences[code]
    names = [name for _text, name, *_rest in string.Formatter().parse(template) if name]
    params = {name: f"<{name}>" for name in names}
    sentence = str(kind(code, **params))
    assert all(value in sentence for value in params.values())


def test_code_without_a_sentence():
    assert str(errors.KeyMaterialError("melted", degrees=40)) == "melted (degrees=40)"


def test_position_of_a_syntax_error():
    error = errors.RecordSyntaxError("missing_tag", 7, tag="p")
    assert (error.position, str(error)) == (
        7,
        "the tag 'p' is missing (at character 7)",
    )


def test_syntax_error_without_position():
    error = errors.RecordSyntaxError("missing_tag", tag="p")
    assert (error.position, str(error)) == (-1, "the tag 'p' is missing")
