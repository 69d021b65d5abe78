"""The house's arrows go one way: what a folder may import is told in CONTRIBUTING.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: May be imported by everything, and themselves import only each other.
SHARED = {"pipeline"}
PARTS = {"ingest", "processors", "sinks", "console", "operations"}
#: These know the whole: the commands and the one-machine stack.
ABOVE = {"local", "benchmarks", "tests"}
COMMANDS = ROOT / "pipeline" / "cli"


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _wrong(folder: str, forbidden: set[str]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in sorted((ROOT / folder).rglob("*.py"))
        if COMMANDS not in file.parents
        for name in _imported(file)
        if name.split(".")[0] in forbidden or f"{name}.".startswith("pipeline.cli.")
    ]


@pytest.mark.parametrize("folder", sorted(PARTS))
def test_a_part_imports_what_is_shared_and_no_other_part(folder: str) -> None:
    assert _wrong(folder, (PARTS | ABOVE) - {folder}) == []


def test_what_is_shared_imports_no_part() -> None:
    assert _wrong("pipeline", PARTS | ABOVE) == []


def test_every_folder_of_the_package_has_its_place() -> None:
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert packages == PARTS | SHARED | {"local", "benchmarks"}
