# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the demo can spoil in DNS; needs nothing but the standard library."""

#: The choices of ``--break``.
BREAKS = ("spf", "dkim", "dmarc", "revoked-key")
