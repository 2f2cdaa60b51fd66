# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.http import request


def stream(events):
    """Return a response that tells events while they happen.

    :param events: iterator of dictionaries, and of None while there is no news
    :return: a stream of JSON objects, one a line; an empty line says that there is no
        news yet
    """
    return request.make_response(
        (f"{json.dumps(event) if event else ''}\n".encode() for event in events),
        headers=[
            ("Content-Type", "application/x-ndjson"),
            ("Cache-Control", "no-store"),
            # A proxy that collects the lines would keep them back to the end.
            ("X-Accel-Buffering", "no"),
        ],
    )
