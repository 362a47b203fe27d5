"""What reads a document has one fingerprint: it changes with whatever may change a reading, and with nothing else."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from flows.fingerprint import LIBRARIES

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("transforms", "expectations")
PRINT = "from flows.fingerprint import fingerprint; print(fingerprint())"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    for room in (*ROOMS, "flows"):
        shutil.copytree(PROJECT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def fingerprint(program: Path, path: str = os.environ["PATH"]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PRINT], cwd=program, env={**os.environ, "PATH": path}, check=True, capture_output=True, text=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("file", [
    "transforms/amounts.py", "transforms/vocabulary/headers.yaml", "transforms/vocabulary/regions.csv", "expectations/rules.yaml",
    "expectations/rules/missing_unit.py",
])
def test_it_changes_with_code_words_and_rules_and_comes_back_with_them(program: Path, file: str) -> None:
    before = fingerprint(program)
    text = (program / file).read_bytes()
    (program / file).write_bytes(text + b"\n")
    assert fingerprint(program) != before
    (program / file).write_bytes(text)
    (program / "flows" / "progress.py").write_bytes((program / "flows" / "progress.py").read_bytes() + b"\n")
    assert fingerprint(program) == before    # also with the compiled files that these processes have left


def test_it_changes_with_libreoffice(program: Path, tmp_path: Path) -> None:
    installed = tmp_path / "bin" / "soffice"
    installed.parent.mkdir()
    without = fingerprint(program, str(installed.parent))
    installed.write_text("#!/bin/sh\n")
    installed.chmod(0o755)
    assert fingerprint(program, str(installed.parent)) != without


def test_every_library_that_reads_or_judges_is_part_of_it() -> None:
    imported = {name for room in ROOMS for file in (PROJECT / room).rglob("*.py") for name in imports(ast.parse(file.read_text("utf-8")))}
    foreign = imported - set(sys.stdlib_module_names) - {*ROOMS}
    owners = packages_distributions()
    distributions = {owner.lower().replace("_", "-") for name in foreign for owner in owners.get(name, ())}
    assert distributions
    assert distributions <= {name.replace("_", "-") for name in LIBRARIES}


def imports(tree: ast.AST) -> set[str]:
    """The top names of what a module imports, or asks for by name."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "find_spec" and isinstance(node.args[0], ast.Constant):
            found.add(str(node.args[0].value))
    return found
