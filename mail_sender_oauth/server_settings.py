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
from configparser import Error, RawConfigParser

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
    parser = RawConfigParser()
    try:
        # Odoo itself reads its own section only.
        parser.read(config["config"] or (), encoding="utf-8")
    except (Error, UnicodeError):
        return ""
    return parser.get(SECTION, name, fallback="").strip()


def get_seal() -> Seal:
    """Return what encrypts secrets in the database.

    :raise StorageError: ``bad_key``
    """
    keys = [key.strip() for key in get_setting("keys").split(",")]
    return Seal([key for key in keys if key])
