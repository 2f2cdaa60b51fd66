# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Links that are secrets do not stand in the log of requests."""

from __future__ import annotations

import logging
import re

#: A path of ours with something behind it that only its reader may know.
_SECRET = re.compile(r"(/mail-sender/[a-z-]+/)[^\s\"']+")


class SecretPathFilter(logging.Filter):
    """Replaces the secret in the paths of log records by dots."""

    def filter(self, record):
        """Change ``record``, and keep it."""
        text = record.getMessage()
        if _SECRET.search(text):
            record.msg, record.args = _SECRET.sub(r"\1…", text), ()
        return True


#: Odoo's web server writes a line for each request there.
logging.getLogger("werkzeug").addFilter(SecretPathFilter())
