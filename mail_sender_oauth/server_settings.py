# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the administrator of the machine says, so that it need not be in the database.

Either in odoo.conf, in a section of its own::

    [mail_sender_oauth]
    keys = <Fernet key>, <the key before that>
    google.client_id = ...
    google.client_secret = ...

or in the environment, which counts for more: ``MAIL_SENDER_OAUTH_KEYS``,
``MAIL_SENDER_OAUTH_GOOGLE_CLIENT_ID``. What is written before the dot is the code of an
application (``mail.sender.oauth.application``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from configparser import Error, RawConfigParser
from functools import lru_cache

from odoo.tools import config

from .providers.seal import Seal

SECTION = "mail_sender_oauth"


def get_setting(name: str) -> str:
    """Return a setting, or an empty text.

    :param name: such as ``"keys"`` or ``"google.client_id"``
    """
    variable = f"{SECTION}_{name}".upper().replace(".", "_")
    if value := os.environ.get(variable, "").strip():
        return value
    path = config["config"]
    try:
        stamp = os.stat(path)
    except (OSError, TypeError):
        return ""
    section = _read_section(path, stamp.st_mtime_ns, stamp.st_size)
    return section.get(name.lower(), "").strip()


@lru_cache(maxsize=1)
def _read_section(path: str, _changed: int, _size: int) -> Mapping[str, str]:
    """Read our section of odoo.conf, once until the file changes.

    Odoo itself reads its own section only.

    :param _changed: when the file was written, in nanoseconds
    :param _size: in bytes
    """
    parser = RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (Error, UnicodeError):
        return {}
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}


def get_seal() -> Seal:
    """Return what encrypts secrets in the database.

    :raise StorageError: ``bad_key``
    """
    keys = [key.strip() for key in get_setting("keys").split(",")]
    return Seal([key for key in keys if key])
