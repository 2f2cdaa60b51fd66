# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stands beside the records that are handed over to whoever keeps the DNS."""

from __future__ import annotations

from odoo.tools.translate import LazyTranslate

from .tools.domain_state import RecordStatus
from .tools.expected_records import Purpose, Requirement

_lt = LazyTranslate(__name__)

PURPOSE_TEXTS = {
    Purpose.OWNERSHIP: _lt("Ownership"),
    Purpose.DKIM: _lt("DKIM signature"),
    Purpose.RETURN_PATH: _lt("Return path"),
    Purpose.RETURN_PATH_MX: _lt("Return path: bounces"),
    Purpose.RETURN_PATH_SPF: _lt("Return path: SPF"),
    Purpose.DMARC: _lt("DMARC policy"),
    Purpose.SPF: _lt("SPF of the domain"),
}

#: Why somebody should publish the record.
WHY_TEXTS = {
    Purpose.OWNERSHIP: _lt(
        "Proves that whoever sends for the domain was allowed to by its owner."
    ),
    Purpose.DKIM: _lt(
        "Lets receivers verify the signature of each mail. Nobody can forge it."
    ),
    Purpose.RETURN_PATH: _lt(
        "Mail that cannot be delivered returns here, and receivers see which servers "
        "may send."
    ),
    Purpose.RETURN_PATH_MX: _lt("Mail that cannot be delivered returns here."),
    Purpose.RETURN_PATH_SPF: _lt(
        "Tells receivers which servers may send with this return path."
    ),
    Purpose.DMARC: _lt(
        "Large receivers expect a policy. The first one of a domain asks them for "
        "nothing, so other mail is treated as before."
    ),
    Purpose.SPF: _lt(
        "A domain may have one SPF record only. If there is one already, replace it by "
        "this value, which extends it."
    ),
}

REQUIREMENT_TEXTS = {
    Requirement.REQUIRED: _lt("Required"),
    Requirement.RECOMMENDED: _lt("Recommended"),
    Requirement.OPTIONAL: _lt("Optional"),
}

STATUS_TEXTS = {
    RecordStatus.OK: _lt("Right"),
    RecordStatus.MISSING: _lt("Missing"),
    RecordStatus.WRONG: _lt("Wrong"),
    RecordStatus.UNKNOWN: _lt("No answer"),
}

#: What stands above the columns of tables, by the names in ``record_form.COLUMNS``.
COLUMN_TEXTS = {
    "purpose": _lt("Purpose"),
    "requirement": _lt("Requirement"),
    "type": _lt("Type"),
    "host": _lt("Host"),
    "name": _lt("Full name"),
    "priority": _lt("Priority"),
    "value": _lt("Value"),
    "ttl": _lt("TTL"),
}

#: What stands around the records, on the page and in the documents.
SENTENCES = {
    "title": _lt("DNS records for %(domain)s"),
    "intro": _lt(
        "%(company)s would like to send mail from addresses of %(domain)s. These "
        "records prove to receivers that it may. The website, the mailboxes and other "
        "mail of the domain stay as they are."
    ),
    "sign_in": _lt("Sign in where the DNS records of %(zone)s are kept."),
    "sign_in_at": _lt(
        "Sign in at %(host)s, where the DNS records of %(zone)s are kept."
    ),
    "add": _lt(
        "Add the records below. Records that are there already stay as they are, "
        "unless it says otherwise."
    ),
    "panel": _lt("Control panel:"),
    "in_one_line": _lt("In one line, to be copied as a whole:"),
    "wait": _lt(
        "New records can take up to a day until everybody sees them. %(company)s "
        "checks them by itself."
    ),
    "all_right": _lt("All required records are right. There is nothing left to do."),
    "progress": _lt("%(right)s of %(total)s required records are right."),
    "unchecked": _lt("Not checked"),
    "spf_unseen": _lt(
        "A domain may have one SPF record only. If there is one already, leave it for "
        "now: once it was checked, the value here extends it."
    ),
    "not_checked": _lt("Not checked yet"),
    "last_check": _lt("Last check:"),
    "check": _lt("Check now"),
    "checking": _lt("Checking …"),
    "queued": _lt("The check begins in a moment."),
    "asking": _lt("The name servers are being asked."),
    "reload": _lt("This page shows the result by itself."),
    "connect": _lt("Publish at %(host)s"),
    "connect_why": _lt(
        "There you see what will be changed, and agree to it. It takes one click."
    ),
    "copy": _lt("Copy"),
    "copy_field": _lt("Copy: %(field)s"),
    "copied": _lt("Copied"),
    "found": _lt("Found"),
    "documents": _lt("Documents"),
    "pdf": _lt("PDF"),
    "xlsx": _lt("Spreadsheet (xlsx)"),
    "csv": _lt("CSV"),
    "zone": _lt("Zone file (BIND)"),
    "write": _lt("Write to %(company)s"),
    "note": _lt("Your note"),
    "note_example": _lt("For example: the records are published, or a question."),
    "send": _lt("Send"),
    "expiry": _lt(
        "This page can be opened until %(date)s. Whoever has its address can open it."
    ),
}

#: What stands in the mail that carries the documents; all know the same values.
MAIL_TEXTS = {
    "records": _lt("DNS records"),
    "subject": _lt("%(company)s: DNS records for %(domain)s"),
    "intro": _lt(
        "%(company)s would like to send mail from addresses of %(domain)s and asks you "
        "to publish some DNS records for it. They prove to receivers that it may."
    ),
    "page": _lt(
        "The page shows the records ready to copy, and tells you which of them are "
        "right already. It can be opened without a login until %(date)s. Please do not "
        "pass its address on to others than those who help you."
    ),
    "button": _lt("Show the records"),
    "attached": _lt(
        "The same records are attached: as a PDF, as a spreadsheet, as CSV and as a "
        "zone file."
    ),
    "nothing_else": _lt(
        "The website, the mailboxes and other mail of the domain stay as they are."
    ),
    "questions": _lt("%(user)s answers your questions: just reply to this mail."),
}
