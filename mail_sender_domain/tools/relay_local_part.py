# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The part before the @ of an address on the relay domain, which companies share.

>>> propose("Müller & Söhne GmbH")
'muller.sohne.gmbh'
>>> propose("Postmaster", taken={"postmaster.2"})
'postmaster.3'
>>> propose("株式会社")
'company'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

#: Names with a meaning of their own on every mail domain: RFC 2142, and the bounce and
#: no-answer addresses that people filter on.
RESERVED = frozenset(
    {
        "abuse",
        "admin",
        "administrator",
        "bounce",
        "bounces",
        "catchall",
        "dmarc",
        "ftp",
        "hostmaster",
        "info",
        "mailer-daemon",
        "marketing",
        "news",
        "no-reply",
        "noc",
        "noreply",
        "notifications",
        "postmaster",
        "root",
        "sales",
        "security",
        "support",
        "usenet",
        "uucp",
        "webmaster",
        "www",
    }
)

#: What is proposed where a name has no letter that an address may have.
FALLBACK = "company"

#: Shorter than the limit of RFC 5321 4.5.3.1.1, so that a number fits behind.
MAX_PROPOSED_LENGTH = 56


def is_reserved(local_part: str) -> bool:
    """Whether no company may have this part before the @."""
    return local_part.lower() in RESERVED


def propose(name: str, taken: Collection[str] = ()) -> str:
    """Make the part before the @ from the name of a company.

    :param name: as people write it
    :param taken: parts that are in use, in lower case
    :return: ASCII letters, digits and dots, neither reserved nor taken
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = ".".join(re.findall(r"[a-z0-9]+", plain.lower()))
    base = base[:MAX_PROPOSED_LENGTH].strip(".") or FALLBACK
    candidate, number = base, 1
    while is_reserved(candidate) or candidate in taken:
        number += 1
        candidate = f"{base}.{number}"
    return candidate
