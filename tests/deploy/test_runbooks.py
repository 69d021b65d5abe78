"""Whoever is woken finds a page that is true: each alert has one, and what it names exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
import yaml
from typer.main import get_command

from pipeline.cli.main import COMMANDS, GROUPS, program
from pipeline.settings import ALL
from tests.deploy.exported import unknown_series

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "runbooks"
PAGES = {path.stem: path.read_text() for path in FOLDER.glob("*.md") if path.stem != "README"}
INDEX = (FOLDER / "README.md").read_text()
HEADINGS = ["Look first", "Causes, and what to do", "It is over when"]
COMMAND = re.compile(r"twilio-pipeline ((?:[^`\n]|\"[^\"]*\")*)")
BLOCK = re.compile(r"```promql\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!http)([^)#]+)")
VARIABLE = re.compile(r"TWILIO_PIPELINE_\w+")


def alerts() -> set[str]:
    pages = (ROOT / "deploy" / "prometheus" / "rules").glob("*.yml")
    groups = (group for path in pages for group in yaml.safe_load(path.read_text())["groups"])
    return {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}


def lines_of(text: str) -> Iterator[list[str]]:
    """The commands of ours a text names, as words."""
    for line in COMMAND.findall(text):
        yield shlex.split(line)


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    root = get_command(program((*COMMANDS, *GROUPS)))
    assert isinstance(root, typer.core.TyperGroup)
    command: Any = root.commands[words[0]]
    rest = words[1:]
    if isinstance(command, typer.core.TyperGroup):
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


def test_each_alert_has_its_page_and_each_page_its_alert() -> None:
    assert set(PAGES) == alerts()
    assert set(re.findall(r"^\| \[(\w+)\]\(\1\.md\)", INDEX, re.MULTILINE)) == alerts()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_has_what_one_needs_at_night(name: str) -> None:
    page = PAGES[name]
    assert page.startswith(f"# {name}\n")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == HEADINGS
    assert "**What users feel.**" in page


def test_every_command_of_a_page_exists_with_its_options() -> None:
    named = [words for page in (*PAGES.values(), INDEX) for words in lines_of(page)]
    assert len(named) >= 60
    for words in named:
        command, rest = command_of(words)
        options = {name for parameter in command.params for name in parameter.opts}
        asked = {word for word in rest if word.startswith("--")}
        assert asked <= options, f"{' '.join(words)}: no {asked - options}"


def test_every_metric_of_a_page_is_exported() -> None:
    for name, page in PAGES.items():
        words = " ".join(re.findall(r"`(twilio_\w+)[`{]", page))
        assert not unknown_series("\n".join([*BLOCK.findall(page), words])), name


def test_every_variable_of_a_page_is_a_setting() -> None:
    known = {
        f"{kind.model_config.get('env_prefix', '')}{field}".upper()
        for kind in ALL
        for field in kind.model_fields
    }
    named = {variable for page in PAGES.values() for variable in VARIABLE.findall(page)}
    assert named - known == set()


def test_every_link_leads_somewhere() -> None:
    for name, page in {**PAGES, "README": INDEX}.items():
        for link in LINK.findall(page):
            assert (FOLDER / link).exists(), f"{name}: {link}"
