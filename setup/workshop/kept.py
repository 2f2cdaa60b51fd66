# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Things that are made once and kept until what they were made from changes."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from . import folders, progress

#: Written last into a finished thing; without it the thing is made anew.
STAMP = ".made-from"


def keep(
    what: str,
    target: Path,
    made_from: Mapping[str, str],
    make: Callable[[Path], None],
    patience: str = "",
) -> None:
    """Make a folder, unless the one that is there was made from the same.

    An interrupted making leaves no stamp, so that it is begun anew next time.

    :param what: the thing's name for people
    :param target: the folder
    :param made_from: everything that decides what the folder contains
    :param make: fills the folder, which exists and is empty
    :param patience: how long that usually takes
    """
    stamp = target / STAMP
    text = json.dumps(made_from, indent=1, sort_keys=True)
    with folders.preparing(what, target):
        if stamp.is_file() and stamp.read_text() == text:
            return
        with progress.step(what, patience):
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            make(target)
            stamp.write_text(text)


def digest_of(paths: Iterable[Path]) -> str:
    """Summarise the contents of files, and those of folders with all that is in them.

    :return: a text that changes when a name or a content does
    """
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                name = str(file.relative_to(path.parent))
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()
