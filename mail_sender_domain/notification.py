# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations


def notification(kind, message):
    """The action that tells something and shows the page anew.

    What went wrong stays until somebody has read it.

    :param kind: ``"success"``, ``"warning"`` or ``"danger"``
    :param message: translated sentences
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": kind,
            "message": message,
            "sticky": kind != "success",
            "next": {"type": "ir.actions.client", "tag": "soft_reload"},
        },
    }
