"""docs/reference/commands.md."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Final

import typer
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
    return [
        name
        for group in GROUPS
        for name in _commands(group, import_module(f"pipeline.cli.{group}").app)
    ]


def _commands(group: str, app: typer.Typer) -> Iterator[str]:
    """A group that does something by itself is a command, too; it may hold further groups."""
    if app.registered_callback and app.registered_callback.invoke_without_command:
        yield group
    for command in app.registered_commands:
        yield f"{group} {command.name}"
    for inner in app.registered_groups:
        if inner.typer_instance:
            yield from _commands(f"{group} {inner.name}", inner.typer_instance)


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
