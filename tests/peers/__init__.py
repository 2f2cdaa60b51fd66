# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Real counterparts of an outgoing mail system, on loopback, for demo and tests.

Nearly each module starts or asks one program that this project did not write: an
authoritative DNS server, an SMTP receiver, a submission server, an OpenID provider and
verifiers of DKIM, SPF and DMARC. The rest stands for what cannot be had: DNS and SMTP
servers with faults, and the mail interfaces of Google and Microsoft. The long-lived
ones are context managers; nothing is left running or lying about after ``with``.
"""
