# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The text of a PDF as its file says it, without the guesses of a viewer."""

import io
import re

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream


def pdf_lines(content: bytes) -> list[str]:
    """Read the lines of text that wkhtmltopdf wrote, from top to bottom.

    A blank may be written as a tab; viewers copy either as a blank.
    """
    reader = PdfReader(io.BytesIO(content))
    return [line for page in reader.pages for line in _page_lines(page)]


def _page_lines(page: PageObject) -> list[str]:
    fonts = {
        name: _characters(font.get_object()["/ToUnicode"].get_data().decode("latin-1"))
        for name, font in page["/Resources"]["/Font"].items()
    }
    lines: list[str] = []
    characters: dict[int, str] = {}
    for operands, operator in ContentStream(page["/Contents"], page.pdf).operations:
        if operator == b"BT":
            lines.append("")
        elif operator == b"Tf":
            characters = fonts[operands[0]]
        elif operator == b"Tj":
            data = operands[0].original_bytes
            codes = (data[at : at + 2] for at in range(0, len(data), 2))
            lines[-1] += "".join(characters[int.from_bytes(code)] for code in codes)
    return [line.replace("\t", " ") for line in lines]


def _characters(table: str) -> dict[int, str]:
    """Read a table that maps the codes of a font to characters."""
    found: dict[int, str] = {}
    for first, texts in re.findall(r"<(\w+)> <\w+> \[([^]]*)\]", table):
        for offset, text in enumerate(re.findall(r"<(\w+)>", texts)):
            found[int(first, 16) + offset] = bytes.fromhex(text).decode("utf-16-be")
    return found
