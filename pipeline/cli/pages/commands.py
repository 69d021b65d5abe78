"""docs/reference/commands.md."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Final

from typer.testing import CliRunner

from pipeline.cli.exits import Exit
from pipeline.cli.main import COMMANDS, GROUPS, program
from pipeline.cli.pages.markdown import document, table

_MEANINGS: Final = {
    Exit.OK: "done",
    Exit.DIFFERENT: "a check ran and found differences, or something was refused for good",
    Exit.USAGE: "an argument or a setting can't be used",
    Exit.UNAVAILABLE: "something the command needs can't be reached",
    Exit.FAILED: "it can't be done, and trying again won't help",
    Exit.INTERRUPTED: "ended by Ctrl-C",
}


def page() -> str:
    """Show the help of every command, and what exit codes mean."""
    codes = table(("exit code", "meaning"), [(str(int(c)), _MEANINGS[c]) for c in Exit])
    sections = [*map(_section, COMMANDS), *map(_section, _in_groups())]
    return document("Commands", codes, *sections)


def _in_groups() -> list[str]:
    commands = [(name, import_module(f"pipeline.cli.{name}").app) for name in GROUPS]
    return [f"{name} {each.name}" for name, app in commands for each in app.registered_commands]


def _section(name: str) -> str:
    with _plain_terminal():
        help_text = (
            CliRunner()
            .invoke(program(), [*name.split(), "--help"], prog_name="twilio-pipeline")
            .stdout
        )
    lines = "\n".join(line.rstrip() for line in help_text.strip().splitlines())
    return f"## {name}\n\n```text\n{lines}\n```"


@contextmanager
def _plain_terminal() -> Iterator[None]:
    """Fix what help depends on, so that the page is the same everywhere."""
    before = {name: os.environ.get(name) for name in ("COLUMNS", "TERMINAL_WIDTH", "NO_COLOR")}
    os.environ.update(COLUMNS="96", TERMINAL_WIDTH="96", NO_COLOR="1")
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
