# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The records of a domain as documents for whoever keeps its DNS.

All of them are made of the one list of :class:`Handover`, so that they cannot differ.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import xlsxwriter
from markupsafe import Markup

from odoo import api, models

from ..handover_texts import (
    COLUMN_TEXTS,
    PURPOSE_TEXTS,
    REQUIREMENT_TEXTS,
    SENTENCES,
    STATUS_TEXTS,
    WHY_TEXTS,
)
from ..reader import Reader
from ..texts import reason_text
from ..tools.expected_records import Purpose
from ..tools.record_form import (
    COLUMNS,
    RecordForm,
    copyable_lines,
    csv_text,
    fill_form,
    row_texts,
)
from ..tools.zone_file import zone_file

#: Key of the context for the language of a report's reader.
READER_CONTEXT = "mail_sender_reader"

#: How many characters of a value stand on a line of the PDF, and how large they are.
LINE_WIDTH = 88
LETTER_PIXELS = 13

XLSX_MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: How wide the columns of the spreadsheet are, in characters.
COLUMN_WIDTHS = {"value": 90, "name": 40, "host": 30, "purpose": 22}


@dataclass(frozen=True)
class File:
    """A document to hand over."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True)
class Cell:
    """One field of a record.

    :ivar column: of ``record_form.COLUMNS``
    :ivar title: what stands beside it
    :ivar text: what to type
    :ivar full_name: of a host that is typed in another form; else empty
    """

    column: str
    title: str
    text: str
    full_name: str = ""

    @property
    def paper(self) -> Markup:
        """The text, cut into lines that fit on paper."""
        return Markup("<br/>").join(copyable_lines(self.text, LINE_WIDTH))

    @property
    def line_pixels(self) -> float:
        """How small the letters are with which the text stands on one line of paper;
        0: it fits anyway.

        Viewers copy the break at the end of each line, so a value has to be there once
        without any.
        """
        if len(self.text) <= LINE_WIDTH:
            return 0
        return LETTER_PIXELS * LINE_WIDTH / len(self.text)


@dataclass(frozen=True)
class Row:
    """One record, in the words of its reader.

    :ivar form: what to type
    :ivar cells: the same, in the order in which forms of DNS hosts ask for it
    :ivar title: what it is for
    :ivar why: a sentence
    :ivar status: a value of ``RecordStatus``, or ``"unchecked"``
    :ivar found: what the name servers answered where that is to be mended, one record a
        line
    :ivar reason: a sentence on what was found; or empty
    """

    form: RecordForm
    cells: tuple[Cell, ...]
    title: str
    why: str
    requirement: str
    status: str
    status_text: str
    found: str
    reason: str

    @property
    def is_required(self) -> bool:
        """Whether the domain is not proven without it."""
        return self.form.requirement == "required"

    @property
    def tone(self) -> str:
        """How the status is shown: ``ok``, ``bad``, ``soft``; empty: not checked."""
        if self.status in ("ok", "unchecked"):
            return self.status.removeprefix("unchecked")
        return "bad" if self.is_required and self.status != "unknown" else "soft"


class Handover:
    """The records of a domain, for one reader."""

    #: What can be made, by the ends of file names.
    KINDS = ("pdf", "xlsx", "csv", "zone")

    def __init__(self, domain, reader: Reader):
        """Take what is stored about a domain.

        :param domain: one ``mail.sender.domain`` that may be read
        """
        self.domain = domain
        self.reader = reader

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All records, in the order in which to show them."""
        return tuple(self._make_rows())

    @property
    def columns(self) -> dict[str, str]:
        """Titles of the fields of a record."""
        return {name: self.reader._(text) for name, text in COLUMN_TEXTS.items()}

    @property
    def company(self):
        """The company that asks for the records."""
        return self.domain.company_id or self.domain.env.ref("base.main_company")

    @property
    def logo(self) -> bytes:
        """The logo of the company in base64; empty when it has none of its own."""
        company = self.company.sudo()
        return b"" if company.uses_default_logo else company.logo_web or b""

    def say(self, name: str, **values: object) -> str:
        """One of the :data:`..handover_texts.SENTENCES`."""
        return self.reader._(SENTENCES[name], **values)

    def get_progress(self) -> str:
        """A sentence on how many required records are right."""
        required = [row for row in self.rows if row.is_required]
        right = sum(row.status == "ok" for row in required)
        if required and right == len(required):
            return self.say("all_right")
        return self.say("progress", right=right, total=len(required))

    @property
    def panel(self) -> str:
        """Where the DNS host lets its customers change records; empty: nobody knows."""
        return self.domain.dns_panel or ""

    def get_steps(self) -> list[str]:
        """What to do: sentences."""
        zone = self.domain._get_dns_zone().unicode
        host = self.domain._get_dns_host_name()
        return [
            self.say("sign_in_at", host=host, zone=zone)
            if host
            else self.say("sign_in", zone=zone),
            self.say("add"),
            self.say("wait", company=self.company.name),
        ]

    # ------------------------------------------------------------------ files

    def make(self, kind: str) -> File:
        """Make a document.

        :param kind: of :data:`KINDS`
        """
        make, mimetype = {
            "pdf": (self._make_pdf, "application/pdf"),
            "xlsx": (self._make_xlsx, XLSX_MIMETYPE),
            "csv": (self._make_csv, "text/csv; charset=utf-8"),
            "zone": (self._make_zone, "text/dns; charset=utf-8"),
        }[kind]
        name = f"dns-{self.domain.name_ascii}.{kind}"
        return File(name, mimetype, make())

    def get_titles(self) -> dict[str, str]:
        """What people read of each of :data:`KINDS`."""
        return {kind: self.say(kind) for kind in self.KINDS}

    def _make_csv(self) -> bytes:
        text = csv_text(self._get_forms(), self.columns, self._get_words())
        # Excel takes the text for UTF-8 only if it says so.
        return text.encode("utf-8-sig")

    def _make_zone(self) -> bytes:
        notes = {row.form.record: f"{row.title}: {row.why}" for row in self.rows}
        text = zone_file(
            notes, self.domain._get_dns_zone(), note=lambda record: notes[record]
        )
        return text.encode()

    def _make_xlsx(self) -> bytes:
        out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False}
        with xlsxwriter.Workbook(out, options) as book:
            sheet = book.add_worksheet("DNS")
            head = book.add_format({"bold": True, "bottom": 1})
            plain = book.add_format({"valign": "top"})
            exact = book.add_format(
                {"valign": "top", "font_name": "Courier New", "text_wrap": True}
            )
            words = self._get_words()
            for number, column in enumerate(COLUMNS):
                sheet.set_column(number, number, COLUMN_WIDTHS.get(column, 14))
                sheet.write_string(0, number, self.columns[column], head)
            for line, form in enumerate(self._get_forms(), 1):
                for number, (column, text) in enumerate(row_texts(form, words).items()):
                    style = exact if column in ("host", "name", "value") else plain
                    sheet.write_string(line, number, text, style)
            sheet.freeze_panes(1, 0)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
        return out.getvalue()

    def _make_pdf(self) -> bytes:
        env = self.domain.env
        reports = env["ir.actions.report"].with_context(
            **{
                READER_CONTEXT: self.reader.lang,
                "lang": self.reader.get_installed_lang(env),
            }
        )
        content, _kind = reports._render_qweb_pdf(
            "mail_sender_domain.report_handover", self.domain.ids
        )
        return content

    # ------------------------------------------------------------------- rows

    def _get_forms(self) -> list[RecordForm]:
        return [row.form for row in self.rows]

    def _get_words(self) -> dict[str, str]:
        texts = PURPOSE_TEXTS | REQUIREMENT_TEXTS
        return {code.value: self.reader._(text) for code, text in texts.items()}

    def _make_rows(self) -> Iterator[Row]:
        zone = self.domain._get_dns_zone()
        style = self.domain._get_form_style()
        say = self.reader._
        for record, line in self.domain._get_expected_lines():
            form = fill_form(record, zone, style)
            status = line.status
            is_good = status == "ok" and not line.instead
            yield Row(
                form=form,
                cells=tuple(self._make_cells(form)),
                title=say(PURPOSE_TEXTS[record.purpose]),
                why=say(self._get_why(record.purpose, status)),
                requirement=say(REQUIREMENT_TEXTS[record.requirement]),
                status=status,
                status_text=say(STATUS_TEXTS.get(status, SENTENCES["unchecked"])),
                found="" if is_good else line.found or "",
                reason=reason_text(
                    self.reader, line.reason_code, line.reason_params or {}
                ),
            )

    def _get_why(self, purpose: Purpose, status: str) -> str:
        if (purpose, status) == (Purpose.SPF, "unchecked"):
            # Nobody knows yet what this value would replace.
            return SENTENCES["spf_unseen"]
        return WHY_TEXTS[purpose]

    def _make_cells(self, form: RecordForm) -> Iterator[Cell]:
        for column in ("type", "host", "priority", "value", "ttl"):
            text = str(getattr(form, column))
            if column == "host":
                full_name = form.name if form.name != text else ""
                yield Cell(column, self.columns[column], text, full_name)
            elif text:
                yield Cell(column, self.columns[column], text)


class ReportHandover(models.AbstractModel):
    _name = "report.mail_sender_domain.report_handover"
    _description = "Records to Hand Over"

    @api.model
    def _get_report_values(self, docids, data=None):
        domains = self.env["mail.sender.domain"].browse(docids)
        wish = self.env.context.get(READER_CONTEXT)
        reader = Reader(wish, self.env.lang)
        return {
            "docs": domains,
            "handovers": {domain: Handover(domain, reader) for domain in domains},
        }
