# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The language of somebody who has no account here.

Whoever keeps the DNS of a company need not speak a language that its database has, so
what is handed over is spoken in every language that this addon comes with. A reader
stands in for the environment in the functions of :mod:`.texts`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from babel.dates import format_date, format_datetime

from odoo.tools.translate import LazyGettext, get_translation

#: Language code -> its own name.
LANGUAGES = {
    "en_US": "English",
    "nl_NL": "Nederlands",
    "fr_FR": "Français",
    "de_DE": "Deutsch",
}

#: What is spoken where nothing else is known.
FALLBACK = "en_US"

_MODULE = __package__.rpartition(".")[2]


class Reader:
    """Speaks one of :data:`LANGUAGES`.

    :ivar lang: its code
    """

    def __init__(self, *wishes: str | None):
        """Choose a language.

        :param wishes: codes such as ``nl_BE`` or ``nl-BE``, the best one first
        """
        self.lang = _choose(filter(None, wishes))

    def _(self, source: str | LazyGettext, **values: object) -> str:
        """Translate a sentence, as ``Environment._`` does."""
        text = source._source if isinstance(source, LazyGettext) else source
        return get_translation(_MODULE, self.lang, text, values)

    def say_date(self, day: date) -> str:
        """Write a day as people read it."""
        return format_date(day, "long", locale=self.lang)

    def say_time(self, moment: datetime) -> str:
        """Write a moment in UTC as people read it."""
        return f"{format_datetime(moment, 'medium', locale=self.lang)} UTC"

    def get_installed_lang(self, env) -> str:
        """The code for what Odoo itself says: this language if the database has it."""
        return self.lang if env["res.lang"]._get_data(code=self.lang) else FALLBACK


def _choose(wishes: Iterable[str]) -> str:
    known = {code[:2]: code for code in LANGUAGES}
    codes = (known.get(wish[:2].lower()) for wish in wishes)
    return next(filter(None, codes), FALLBACK)
