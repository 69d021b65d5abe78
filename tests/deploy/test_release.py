"""What a release promises: one version with its changes, and pages that lead somewhere."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from pipeline import __version__

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
ROW = re.compile(r"^\|[^|]*\|[^|]+\|[^|]+\| (.+) \|$", re.MULTILINE)


@pytest.mark.parametrize("page", ["SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str) -> None:
    targets = LINK.findall((ROOT / page).read_text("utf-8"))
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_threat_has_a_test() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8").partition("\n## Threats\n")[2]
    shown = ROW.findall(text.partition("\n## ")[0])[2:]  # behind the head of the table
    assert len(shown) > 15
    for cell in shown:
        assert all(target.startswith("tests/") for target in LINK.findall(cell))
        assert LINK.findall(cell), cell


def test_the_version_has_its_section_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first = re.search(r"^## (\S+) - (unreleased|\d{4}-\d\d-\d\d)$", text, re.MULTILINE)
    assert first is not None
    assert first[1] == __version__


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"] == {"path": "pipeline/__init__.py"}
    assert version("twilio-event-pipeline") == __version__
