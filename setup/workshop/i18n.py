# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bring the translations of our addons up to date.

usage: setup/i18n

Writes each addon's template (i18n/ADDON.pot) as Odoo exports it, and merges it into the
languages: terms that are gone leave, new ones come in without a translation. Then it
says how many each language lacks; fill them in with any editor for .po files.
"""

from pathlib import Path

from . import addons, odoo_server, preparation, processes, progress, python_packages

#: Run by the Python that has the packages. Dates in a file would change each time.
_MERGE = """
import sys
from pathlib import Path
import polib

template_path = Path(sys.argv[1])
template = polib.pofile(str(template_path), wrapwidth=78)
template.metadata.pop("POT-Creation-Date", None)
template.metadata.pop("PO-Revision-Date", None)
template.sort(key=lambda entry: entry.msgid)
template.save()
for path in sorted(template_path.parent.glob("*.po")):
    language = polib.pofile(str(path), wrapwidth=78)
    known = {entry.msgid: entry.msgstr for entry in language}
    merged = polib.POFile(wrapwidth=78)
    merged.header = language.header
    merged.metadata = {
        name: value
        for name, value in language.metadata.items()
        if name not in ("POT-Creation-Date", "PO-Revision-Date")
    }
    for entry in template:
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
        )
    merged.save(str(path))
    print(f"{path.name}: {len(merged.untranslated_entries())} of {len(merged)} missing")
"""


def main(arguments: list[str]) -> int:
    """Run the command.

    :param arguments: of the command line
    :return: its exit code
    """
    if arguments:
        print(__doc__)
        return int(not {"-h", "--help"} & set(arguments))
    programs = preparation.prepare(())
    with preparation.run(programs) as run:
        configuration = odoo_server.write_configuration(run.folder, run.cluster)
        for addon in addons.installable():
            _update(addon, configuration, run.folder)
    return 0


def _update(addon: Path, configuration: Path, folder: Path) -> None:
    (addon / "i18n").mkdir(exist_ok=True)
    template = addon / "i18n" / f"{addon.name}.pot"
    exported = folder / template.name
    processes.run(
        [
            *(python_packages.PYTHON, "-m", "odoo", "i18n", "export"),
            *("-c", configuration, "-d", odoo_server.DATABASE),
            *("-l", "pot", "-o", exported, addon.name),
        ],
        log=folder / "export.log",
        what=f"exporting the terms of {addon.name}",
        mend="see the log above",
        env=processes.clean_environment(),
    )
    template.write_bytes(exported.read_bytes())
    progress.say(f"{addon.name}: {template.name} is written")
    processes.in_foreground(
        [python_packages.PYTHON, "-c", _MERGE, template], processes.clean_environment()
    )
