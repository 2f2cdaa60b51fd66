# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``tools`` is a library of its own: no module of it needs Odoo."""

import subprocess
import sys
from pathlib import Path

import tools

ADDON = Path(tools.__file__).parents[1]

PROGRAM = """
import importlib
import pkgutil
import sys


class NoOdoo:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "odoo":
            raise ImportError("odoo is out of bounds here")


sys.meta_path.insert(0, NoOdoo())
sys.path.insert(0, sys.argv[1])
import tools

for module in pkgutil.walk_packages(tools.__path__, "tools."):
    importlib.import_module(module.name)
    print(module.name)
"""


def test_every_module_imports_without_odoo():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ADDON)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules = {path.stem for path in (ADDON / "tools").glob("*.py")} - {"__init__"}
    assert set(done.stdout.split()) == {f"tools.{module}" for module in modules}
