# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Labels of domains that read as Latin letters and are not (UTS #39).

People tell such a name from the one that it imitates by its xn-- form only, which is
what browsers show for it, too.

Digits and letters of ASCII that look alike (``0`` and ``o``, ``rn`` and ``m``) are no
reason to refuse a name: too many honest domains differ by nothing else.
"""

from __future__ import annotations

#: Small letters that most fonts draw like one of a to z: from the confusables of
#: UTS #39, without what only resembles it, as the Russian letter ghe does an r.
_ARMENIAN = ("ցհյոռօզգս", "ghjnnoqqu")
_CYRILLIC = ("асԁеһіјӏорԛѕԝхуүѵ", "acdehijlopqswxyyv")
_GREEK = ("αινορυϳ", "aivopuj")
_PHONETIC = ("ɑɡɩɪʏᴄᴏᴜᴠᴡᴢꜱ", "agiiycouvwzs")

_LATIN = {
    ord(letter): latin
    for letters, readings in (_ARMENIAN, _CYRILLIC, _GREEK, _PHONETIC)
    for letter, latin in zip(letters, readings, strict=True)
}


def latin_reading(label: str) -> str:
    """Tell as which ASCII label people read one that is none.

    >>> latin_reading("аррӏе")
    'apple'
    >>> latin_reading("пример"), latin_reading("müller"), latin_reading("apple")
    ('', '', '')

    :param label: in lower case
    :return: empty for a label that nobody takes for another
    """
    reading = label.translate(_LATIN)
    return reading if reading.isascii() and reading != label else ""
