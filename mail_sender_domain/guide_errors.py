# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Errors that tell which part of the guide helps."""

from __future__ import annotations

from odoo.exceptions import UserError

#: Where the part stands in what the web client is told of an error.
GUIDE_KEY = "sender_guide"


def guided_error(kind: type[UserError], message: str, guide: str) -> UserError:
    """Make an error that people see with a link to the guide.

    It stays an error of Odoo, also by its name over RPC, so that whatever deals with
    those deals with it.

    :param kind: such as ``ValidationError``
    :param message: translated sentences: what is wrong, and what to do
    :param guide: anchor of the part of the guide that helps: see ``views/guide.xml``
    """
    error = kind(message)
    error.context = {GUIDE_KEY: guide}
    return error


def get_guide(error: Exception) -> str:
    """Tell which part of the guide helps with an error; empty when none is known."""
    return getattr(error, "context", {}).get(GUIDE_KEY, "")
