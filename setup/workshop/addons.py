# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Our own addons, read from their manifests."""

import ast
from pathlib import Path
from typing import Any

from . import folders, foreign_addons, kept

#: What a company that sends invoices has, beside what our addons depend on: each addon
#: sends mail in a way of its own.
COMPANIONS = (
    "account",
    "calendar",
    "event",
    "google_gmail",
    "hr_expense",
    "im_livechat",
    "loyalty",
    "lunch",
    "mail_group",
    "mass_mailing",
    "microsoft_outlook",
    "purchase",
    "sale_management",
    "survey",
)


def own() -> list[Path]:
    """List the folders of our addons, by name."""
    manifests = folders.CHECKOUT.glob("*/__manifest__.py")
    return sorted(manifest.parent for manifest in manifests)


def installable() -> list[Path]:
    """List the folders of our addons that Odoo takes, by name."""
    return [addon for addon in own() if _manifest(addon).get("installable", True)]


def dependencies() -> list[str]:
    """List the addons of Odoo that a database has before ours come in."""
    ours = {addon.name for addon in own()}
    needed = {name for addon in own() for name in _manifest(addon)["depends"]}
    return sorted({*COMPANIONS, *foreign_addons.PACKAGES, *needed} - ours)


def digest() -> str:
    """Summarise all of our addons that their installation may put into a database."""
    parts = [part for addon in own() for part in addon.iterdir()]
    return kept.digest_of(sorted(part for part in parts if part.name != "tests"))


def _manifest(addon: Path) -> dict[str, Any]:
    return ast.literal_eval((addon / "__manifest__.py").read_text())
