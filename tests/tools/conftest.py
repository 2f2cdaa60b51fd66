# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Makes ``tools`` importable as it is without Odoo; reports the suite of RFC 7208."""

import sys
from pathlib import Path

ADDON = Path(__file__).parents[2] / "mail_sender_domain"

if str(ADDON) not in sys.path:
    sys.path.insert(0, str(ADDON))


def pytest_terminal_summary(terminalreporter) -> None:
    """Print ``RFC 7208 suite: 203/203 passed`` when the suite was run."""
    counts = {
        outcome: sum(
            "::test_rfc7208[" in report.nodeid and report.when == "call"
            for report in terminalreporter.getreports(outcome)
        )
        for outcome in ("passed", "failed")
    }
    if total := sum(counts.values()):
        terminalreporter.write_line(
            f"RFC 7208 suite: {counts['passed']}/{total} passed"
        )
