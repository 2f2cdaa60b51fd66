# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run every quality tool over the checkout.

usage: setup/lint [--fix | --advice]

Checks all files that git does not ignore and changes none; exit code 1 when a tool
has a finding.

  --fix     first let the tools mend what they can, and write generated files anew
  --advice  only print pylint's advice on complexity and duplicates, which is
            never a reason to fail
"""

import argparse
import os
import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import (
    addons,
    debian,
    folders,
    generated,
    house_rules,
    kept,
    node_packages,
    odoo_source,
    preparation,
    processes,
    progress,
)
from .problem import SetupProblem

LIST = folders.CHECKOUT / "setup" / "requirements-lint.txt"
VENV = folders.WORK / "lint"
PROGRAMS = VENV / "bin"

#: Files by the tool that reads them.
PRETTIER = (".cjs", ".css", ".js", ".json", ".md", ".scss", ".xml", ".yaml", ".yml")
ESLINT = (".cjs", ".js")


@dataclass(frozen=True)
class Tool:
    """One quality tool.

    :ivar name: for people
    :ivar check: its command line; exit code 0 when there is no finding
    :ivar fix: the command line that mends findings, empty when there is none
    """

    name: str
    check: Sequence[str | Path]
    fix: Sequence[str | Path] = ()


def main(arguments: list[str]) -> int:
    """Run the command.

    :param arguments: of the command line
    :return: its exit code
    """
    parser = argparse.ArgumentParser(
        prog="setup/lint",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage=argparse.SUPPRESS,
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--fix", action="store_true", help=argparse.SUPPRESS)
    choice.add_argument("--advice", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    core = _prepare()
    own = [addon.name for addon in addons.own()]
    if options.advice:
        _run(
            [PROGRAMS / "pylint", "--rcfile=.pylintrc", *own, "setup/workshop", "tests"]
        )
        return 0
    if options.fix:
        for tool in tools(files_of_checkout(), own, core):
            if tool.fix:
                _run(tool.fix)
    return _check(tools(files_of_checkout(), own, core))


def files_of_checkout() -> list[str]:
    """List the files that git does not ignore, those not committed yet included.

    :return: their paths from the top of the checkout; links are left out
    :raise SetupProblem: when git does not tell
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.check_output(command, cwd=folders.CHECKOUT, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupProblem(
            f"git does not tell which files there are ({error})",
            "run this in a checkout made by git clone, by the account that owns it",
        ) from error
    names = sorted(set(answer.split("\0")) - {""})
    paths = [folders.CHECKOUT / name for name in names]
    return [
        name
        for name, path in zip(names, paths, strict=True)
        if path.is_file() and not path.is_symlink()
    ]


def tools(files: list[str], own: list[str], core: list[Path]) -> list[Tool]:
    """List the tools with their command lines.

    :param files: all files to check
    :param own: the folders of our addons
    :param core: the folders that hold Odoo's addons
    """

    def ending(*suffixes: str) -> list[str]:
        return [file for file in files if file.endswith(suffixes)]

    def hook(name: str, among: list[str], *options: str) -> Tool:
        return Tool(name, [PROGRAMS / name, *options, *among])

    executable = [file for file in files if os.access(file, os.X_OK)]
    ruff, python = PROGRAMS / "ruff", PROGRAMS / "python"
    oca_module = [PROGRAMS / "oca-checks-odoo-module", *own]
    oca_po = [PROGRAMS / "oca-checks-po", *ending(".po", ".pot")]
    prettier = [node_packages.NODE_PATH / ".bin" / "prettier", *ending(*PRETTIER)]
    eslint = [node_packages.NODE_PATH / ".bin" / "eslint", *ending(*ESLINT)]
    pylint = [PROGRAMS / "pylint", "--rcfile=.pylintrc-mandatory", *own]
    # A file has one reason to change; a large model may have several.
    pylint += ["--disable=consider-merging-classes-inherited"]
    ready = ",".join(addon.name for addon in addons.installable())
    manifestoo = [PROGRAMS / "manifestoo", "--select-include", ready]
    manifestoo += ["--addons-path", ",".join(map(str, [folders.CHECKOUT, *core]))]
    manifestoo += ["--odoo-series", odoo_source.SERIES]
    return [
        Tool(
            "generated files",
            [python, "-m", generated.__name__],
            [python, "-m", generated.__name__, "--write"],
        ),
        Tool("ruff", [ruff, "check"], [ruff, "check", "--fix"]),
        Tool("ruff format", [ruff, "format", "--check"], [ruff, "format"]),
        Tool("pylint-odoo", pylint),
        Tool("oca-checks-odoo-module", oca_module, [*oca_module, "--fix"]),
        Tool("oca-checks-po", oca_po, [*oca_po, "--fix"]),
        Tool("prettier", [*prettier, "--check"], [*prettier, "--write"]),
        Tool("eslint", eslint, [*eslint, "--fix"]),
        Tool("licences", [*manifestoo, "check-licenses"]),
        Tool("development status", [*manifestoo, "check-dev-status"]),
        Tool(
            "house rules",
            [python, "-m", house_rules.__name__, *files],
            [python, "-m", house_rules.__name__, "--fix", *files],
        ),
        hook("check-xml", ending(".xml", ".svg")),
        hook("check-json", ending(".json")),
        hook("check-yaml", ending(".yaml", ".yml")),
        hook("check-toml", ending(".toml")),
        hook("check-case-conflict", files),
        hook("check-executables-have-shebangs", executable),
        hook("check-shebang-scripts-are-executable", files),
        hook("debug-statement-hook", ending(".py")),
        # Tests have to show what a key looks like.
        hook("detect-private-key", [f for f in files if not f.startswith("tests/")]),
    ]


def _prepare() -> list[Path]:
    """Provide the tools.

    :return: the folders that hold Odoo's addons
    """
    if not node_packages.machine_has_node():
        # The one that we bring lies among the Python packages.
        preparation.prepare_python()
    debian.provide(())
    node_packages.provide()
    made_from = {"list": kept.digest_of([LIST]), "place": str(VENV)}
    kept.keep("quality tools", VENV, made_from, _install, "seconds")
    odoo = odoo_source.provide().python_path
    return [odoo / "odoo" / "addons", *odoo.glob("addons")]


def _install(target: Path) -> None:
    venv.create(target, with_pip=True)
    processes.run(
        [PROGRAMS / "python", "-m", "pip", "install", "-r", LIST],
        log=folders.LOGS / "pip-lint.log",
        what="pip install",
        mend="see that pip reaches its package index, then start again",
    )


def _check(tools: list[Tool]) -> int:
    failed = []
    for tool in tools:
        clean = _run(tool.check) == 0
        progress.say(f"{tool.name}: {'clean' if clean else 'FINDINGS, see above'}")
        if not clean:
            failed.append(tool.name)
    if failed:
        progress.say(f"{len(failed)} of {len(tools)} tools have findings: {failed}")
        return 1
    progress.say(f"all {len(tools)} tools are content")
    return 0


def _run(command: Sequence[str | Path]) -> int:
    """Run a tool; what it prints is only of interest when it has findings."""
    environment = processes.clean_environment(
        {
            "PATH": node_packages.search_path(),
            "PYTHONPATH": os.pathsep.join(
                [str(folders.CHECKOUT / "setup"), str(folders.CHECKOUT)]
            ),
            "NODE_PATH": str(node_packages.NODE_PATH),
        }
    )
    answer = subprocess.run(
        [str(part) for part in command],
        cwd=folders.CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode:
        print(answer.stdout, flush=True)
    return answer.returncode
