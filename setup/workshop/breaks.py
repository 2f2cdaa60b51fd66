# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the demo can spoil, and which result must then fail."""

#: Choice of ``--break`` -> the attribute of the verdict that it must change.
BREAKS = {"spf": "spf", "dkim": "dkim", "dmarc": "dmarc", "revoked-key": "dkim"}
