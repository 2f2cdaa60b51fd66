# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What no file of the checkout may contain, beside what the quality tools know.

usage: python -m workshop.house_rules [--fix] FILE ...
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

#: Rule -> what breaks it. A bracket around one letter keeps this file from breaking it.
RULES = {
    "carriage return": re.compile(r"\r"),
    "blanks at the end of a line": re.compile(r"[ \t]+$"),
    "conflict of a merge": re.compile(r"^(<{7}|>{7}|\|{7}) "),
    "note of work left undone": re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b"),
    "home folder of a developer": re.compile(
        r"(?<![\w.])(/(home|Users)/\w|/r[o]ot/|[A-Za-z]:\\Users\\)"
    ),
    # Where packages come from is the machine's own configuration.
    "place that packages come from": re.compile(
        r"""["']resolved["']:|\b(index-u[r]l|find-link[s]|regist[r]y)\b.*://"""
        r"|^\s*deb(-src)?\s.*://"
    ),
}

#: What other programs write in their own way, and texts of others.
EXEMPT = (".po", ".pot", "LICENSE")


def main(arguments: list[str]) -> int:
    """Check files, or mend what can be mended without thinking.

    :param arguments: of the command line
    :return: 1 when there are findings, else 0
    """
    fix = "--fix" in arguments
    paths = [Path(name) for name in arguments if name != "--fix"]
    found = False
    for path in paths:
        text = read_text(path)
        if text is None or path.name.endswith(EXEMPT):
            continue
        if fix and text != (tidied := tidy(text)):
            path.write_text(tidied, newline="")
            text = tidied
        for line, rule in findings(text):
            print(f"{path}:{line}: {rule}")
            found = True
    return int(found)


def read_text(path: Path) -> str | None:
    """Read a file as it is, with its line ends.

    :return: nothing for a file that is no text
    """
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        return None


def findings(text: str) -> Iterator[tuple[int, str]]:
    """Find what breaks a rule.

    :param text: of one file
    :return: (line number from 1, rule) each
    """
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        for rule, pattern in RULES.items():
            if pattern.search(line):
                yield number, rule
    if text and not text.endswith("\n"):
        yield len(lines), "no line end at the end"
    if text.endswith("\n\n"):
        yield len(lines) - 1, "empty lines at the end"


def tidy(text: str) -> str:
    """Mend line ends, blanks at the end of lines, and the end of the file."""
    lines: Iterable[str] = (line.rstrip(" \t\r") for line in text.split("\n"))
    content = "\n".join(lines).rstrip("\n")
    return content + "\n" if content else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
