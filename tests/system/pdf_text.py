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


def pdf_fonts(content: bytes) -> set[str]:
    """Tell which fonts the text is written in."""
    return {
        font.get_object()["/BaseFont"]
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()
    }


def pdf_image_count(content: bytes) -> int:
    """Tell how many pictures there are."""
    return sum(len(page.images) for page in PdfReader(io.BytesIO(content)).pages)


def pdf_links(content: bytes) -> set[str]:
    """Tell which addresses can be pressed."""
    notes = [
        note.get_object()
        for page in PdfReader(io.BytesIO(content)).pages
        for note in page.get("/Annots", ())
    ]
    return {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}


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
