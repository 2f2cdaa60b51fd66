# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the commands in setup/ are made of; needs Python's standard library alone.

One module prepares one thing (Debian packages, Python packages, Odoo's source,
PostgreSQL, databases ...), keeps it in the checkout's ``.work`` folder and makes it
anew only when what it was made from has changed.
"""
