# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``tools`` and ``providers`` are libraries of their own: no module needs Odoo."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import providers
import pytest
import tools

PROGRAM = """
import importlib
import pkgutil
import sys


class NoOdoo:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "odoo":
            raise ImportError("odoo is out of bounds here")


sys.meta_path.insert(0, NoOdoo())
addon, name = sys.argv[1:]
sys.path.insert(0, addon)
library = importlib.import_module(name)
for module in pkgutil.walk_packages(library.__path__, f"{name}."):
    importlib.import_module(module.name)
    print(module.name)
"""


@pytest.mark.parametrize("library", [tools, providers], ids=lambda it: it.__name__)
def test_every_module_imports_without_odoo(library: ModuleType):
    folder = Path(library.__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder.parent), library.__name__],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(done.stdout.split()) == {f"{library.__name__}.{m}" for m in modules}
