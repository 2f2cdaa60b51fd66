# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Domain names as people type them and as DNS wants them."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import idna
from publicsuffixlist import PublicSuffixList

from .errors import DomainNameError
from .look_alike import latin_reading

#: Most characters of a label, and of a whole name without its last dot (RFC 1035
#: 2.3.4: 255 octets on the wire, which count a length octet a label and the root).
MAX_LABEL_LENGTH = 63
MAX_NAME_LENGTH = 253

#: Endings of names that no public DNS has (RFC 6761, RFC 6762 and its appendix G,
#: RFC 7686, RFC 8375, RFC 9476, and what ICANN set aside).
_LOCAL_ENDINGS = (
    ".localhost",
    ".localdomain",
    ".local",
    ".internal",
    ".intranet",
    ".private",
    ".corp",
    ".home",
    ".lan",
    ".home.arpa",
    ".onion",
    ".alt",
)

#: A name in DNS; unlike the domain of a mail address it may have underscores.
_HOST = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{1,62}")
_NOT_LDH = re.compile(r"[^a-z0-9-]")
#: How the last part of an IPv4 address is written, if anything takes it for one.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
#: Alphabets with letters that look like those of another one of them (UTS #39).
_ALIKE = frozenset({"ARMENIAN", "CHEROKEE", "CYRILLIC", "GREEK", "LATIN"})
_FREE_MAIL_FILE = Path(__file__).with_name("free_mail_domains.txt")


@dataclass(frozen=True)
class DomainName:
    """A domain that can stand behind the @ of a mail address. Make it by :meth:`parse`.

    >>> name = DomainName.parse(" Müller.Example. ")
    >>> name.ascii, name.unicode
    ('xn--mller-kva.example', 'müller.example')
    >>> name == DomainName.parse("xn--mller-kva.example")
    True

    :ivar ascii: A-labels in lower case without the last dot: for DNS and for comparing
    :ivar unicode: the same name with U-labels: for people. A label that they would take
        for another one (:mod:`.look_alike`) stays an A-label
    """

    ascii: str
    unicode: str

    @classmethod
    def parse(cls, text: str) -> DomainName:
        """Read what somebody typed.

        Blanks around the name, a last dot and capitals are forgiven; international
        names are mapped as browsers do (UTS #46, non-transitional) and must be valid
        under IDNA 2008 (RFC 5891). Only letters, digits and hyphens make a mail domain
        (RFC 5321 2.3.5): an underscore is refused, though DNS owner names may have it.
        A label with letters of alphabets that look alike is refused as well, and so
        is one that reads as Latin letters, unless its A-label is typed: both pretend
        to be another one.

        :raise DomainNameError: ``empty``, ``has_at``, ``is_url``, ``is_ip``,
            ``bad_character``, ``bad_hyphen``, ``empty_label``, ``no_dot``,
            ``label_too_long``, ``too_long``, ``bad_idn``, ``mixed_alphabets`` or
            ``looks_latin``
        """
        typed = text.strip()
        _refuse_other_things(typed)
        # First as it was typed: mapping a text without limits would cost time.
        labels = _labels(typed.lower())
        if not typed.isascii():
            labels = _labels(_map_idn(typed))
        pairs = [_both_forms(label, typed) for label in labels]
        shown = _shown_labels(pairs)
        name = cls(".".join(a for a, _u in pairs), ".".join(shown))
        if len(pairs) < 2:
            raise DomainNameError("no_dot", text=typed)
        if any(
            seen.isascii() and not label.isascii()
            for seen, label in zip(shown, labels, strict=True)
        ):
            raise DomainNameError(
                "looks_latin", text=typed, reading=name.reading, ascii=name.ascii
            )
        if _NUMBER.fullmatch(pairs[-1][0]):
            # A top-level label is no number (RFC 3696 2): a mistyped address.
            raise DomainNameError("is_ip", text=typed)
        _check_length(name.ascii)
        return name

    @property
    def organisational(self) -> DomainName:
        """The domain that an organisation registered (RFC 7489 3.2); of a public
        suffix, itself.

        The private part of the public suffix list counts here, so that neighbours
        below a shared suffix do not pass as one organisation.

        >>> DomainName.parse("mail.shop.example.co.uk").organisational.ascii
        'example.co.uk'
        >>> DomainName.parse("pages.ann.github.io").organisational.ascii
        'ann.github.io'
        """
        count = registered_name(self.ascii, private=True).count(".") + 1
        return DomainName(
            ".".join(self.ascii.split(".")[-count:]),
            ".".join(self.unicode.split(".")[-count:]),
        )

    @property
    def is_public_suffix(self) -> bool:
        """Whether people register names below it, so that nobody owns it for mail.

        Only the ICANN part of the list counts: a suffix of the private part
        (``github.io``) is the ordinary domain of one company, which may send from it.

        >>> DomainName.parse("co.uk").is_public_suffix
        True
        """
        return _suffixes(private=False).is_public(self.ascii)

    @property
    def is_free_mail(self) -> bool:
        """Whether it belongs to a provider that gives mailboxes to everybody.

        >>> DomainName.parse("gmail.com").is_free_mail
        True
        """
        return bool({self.ascii, self.organisational.ascii} & _free_mail_domains())

    @property
    def reading(self) -> str:
        """The name that people take it for, if it reads as Latin letters; else itself.

        >>> DomainName.parse("xn--80ak6aa92e.com").reading
        'apple.com'
        >>> DomainName.parse("müller.example").reading
        'xn--mller-kva.example'
        """
        pairs = [_both_forms(label, self.ascii) for label in self.ascii.split(".")]
        return ".".join(
            a if u == seen else latin_reading(u)
            for (a, u), seen in zip(pairs, _shown_labels(pairs), strict=True)
        )

    def is_below(self, other: DomainName) -> bool:
        """Whether this is a true subdomain of ``other`` (a domain is not below itself).

        >>> bounce = DomainName.parse("bounce.example.com")
        >>> bounce.is_below(bounce.organisational)
        True
        """
        return self.ascii.endswith("." + other.ascii)


def parse_host(text: str) -> str:
    """Read the name of a host or record, which may have underscores.

    >>> parse_host(" _SPF.Provider.example. ")
    '_spf.provider.example'

    :return: A-labels in lower case without the last dot
    :raise DomainNameError: as :meth:`DomainName.parse`
    """
    name = text.strip().removesuffix(".").lower()
    if _HOST.fullmatch(name) and len(name) <= MAX_NAME_LENGTH:
        return name
    return DomainName.parse(name).ascii


def is_local_name(name: str) -> bool:
    """Whether no public DNS has a name: only the network around us may know it.

    Small networks give their hosts names of one label.

    >>> is_local_name("printer.internal"), is_local_name("printer")
    (True, True)
    >>> is_local_name("example.com")
    False
    """
    name = name.removesuffix(".").lower()
    return "." not in name or name.endswith(_LOCAL_ENDINGS)


def registered_name(name: str, *, private: bool) -> str:
    """The public suffix of a name and one label more; ``name`` itself if it has none.

    :param name: any DNS name: A-labels, lower case, no last dot; underscores are fine
    :param private: whether suffixes of the list's private part count
    """
    return _suffixes(private=private).privatesuffix(name) or name


def _refuse_other_things(typed: str) -> None:
    """Name what was typed when it is something else than a domain."""
    if not typed.strip("."):
        raise DomainNameError("empty")
    if _is_ip(typed):
        raise DomainNameError("is_ip", text=typed)
    if re.search(r"[/?#:\\]", typed):
        raise DomainNameError("is_url", text=typed)
    if "@" in typed:
        raise DomainNameError("has_at", text=typed)


def _is_ip(typed: str) -> bool:
    try:
        ipaddress.ip_address(typed.strip("[]"))
    except ValueError:
        return False
    return True


def _labels(name: str) -> list[str]:
    labels = name.removesuffix(".").split(".")
    for label in labels:
        if not label:
            raise DomainNameError("empty_label", text=name)
        _check_label_length(label)
    _check_length(name)
    return labels


def _map_idn(typed: str) -> str:
    try:
        return idna.uts46_remap(typed, std3_rules=False)
    except idna.IDNAError as error:
        raise DomainNameError("bad_idn", text=typed, detail=str(error)) from error


def _both_forms(label: str, typed: str) -> tuple[str, str]:
    """The A-label and the U-label of a label in lower case; the same if it is ASCII."""
    if label.isascii():
        _check_hostname_label(label, typed)
        if not label.startswith("xn--"):
            return label, label
    try:
        u_label = idna.ulabel(label)
        _check_label_length("xn--" + u_label.encode("punycode").decode("ascii"))
        a_label = idna.alabel(u_label).decode("ascii")
    except UnicodeError as error:
        raise DomainNameError("bad_idn", text=typed, detail=str(error)) from error
    _check_alphabets(u_label, typed)
    return a_label, u_label


def _shown_labels(pairs: list[tuple[str, str]]) -> list[str]:
    """What people see of each label: its U-label, unless they would misread it.

    Below an ending in its own alphabet nobody expects Latin letters.
    """
    ending = pairs[-1][1]
    if not ending.isascii() and not latin_reading(ending):
        return [u_label for _a_label, u_label in pairs]
    return [a if latin_reading(u) else u for a, u in pairs]


def _check_alphabets(label: str, typed: str) -> None:
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in label}
    if len(alike := names & _ALIKE) > 1:
        alphabets = ", ".join(sorted(name.capitalize() for name in alike))
        raise DomainNameError("mixed_alphabets", text=typed, alphabets=alphabets)


def _check_hostname_label(label: str, typed: str) -> None:
    if wrong := _NOT_LDH.search(label):
        raise DomainNameError("bad_character", character=wrong[0], text=typed)
    if label.startswith("-") or label.endswith("-"):
        raise DomainNameError("bad_hyphen", label=label)


def _check_label_length(label: str) -> None:
    if len(label) > MAX_LABEL_LENGTH:
        raise DomainNameError(
            "label_too_long", label=label, length=len(label), limit=MAX_LABEL_LENGTH
        )


def _check_length(name: str) -> None:
    if len(name) > MAX_NAME_LENGTH:
        raise DomainNameError("too_long", length=len(name), limit=MAX_NAME_LENGTH)


@cache
def _suffixes(*, private: bool) -> PublicSuffixList:
    """The public suffix list, read at its first use (a tenth of a second)."""
    return PublicSuffixList(only_icann=not private)


@cache
def _free_mail_domains() -> frozenset[str]:
    lines = _FREE_MAIL_FILE.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
