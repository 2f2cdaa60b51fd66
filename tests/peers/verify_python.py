# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The verdicts of dkimpy (DKIM) and pyspf (SPF) about a received message."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import dkim
import dns.exception
import dns.resolver
import spf

from .smtp_receiver import ReceivedMail


def verify_dkim(content: bytes, dns_address: str) -> bool:
    """Let dkimpy verify the first signature of a message.

    :param content: the message as it came over the wire
    :param dns_address: the DNS server to ask, ``"127.0.0.1:PORT"``
    :return: whether there is a signature and it is good
    """

    def txt(name: bytes, timeout: float = 5.0) -> bytes | None:
        try:
            answer = _resolver(dns_address).resolve(name.decode(), "TXT")
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        return b"".join(answer[0].strings)

    return dkim.verify(content, dnsfunc=txt)


def verify_spf(mail: ReceivedMail, dns_address: str, client_ip: str = "") -> str:
    """Let pyspf judge the envelope sender.

    :param mail: the message and its envelope
    :param dns_address: the DNS server to ask, ``"127.0.0.1:PORT"``
    :param client_ip: judge as if it came from there, instead of where it did
    :return: ``"pass"``, ``"fail"``, ``"softfail"``, ``"neutral"``, ``"none"``,
        ``"permerror"`` or ``"temperror"`` (RFC 7208, section 2.6)
    """
    with _default_resolver(dns_address), warnings.catch_warnings():
        # Pyspf calls a function that dnspython has renamed.
        warnings.simplefilter("ignore", DeprecationWarning)
        result, _explanation = spf.check2(
            i=client_ip or mail.client_ip, s=mail.mail_from, h=mail.helo
        )
    return result


def _resolver(dns_address: str) -> dns.resolver.Resolver:
    host, port = dns_address.split(":")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [host]
    resolver.port = int(port)
    return resolver


@contextmanager
def _default_resolver(dns_address: str) -> Iterator[None]:
    """Pyspf takes no resolver: it asks the default one of dnspython."""
    with patch.object(dns.resolver, "default_resolver", _resolver(dns_address)):
        yield
