"""The ``twilio-pipeline`` command: loads the command asked for and reports errors in one line."""

import logging
import sys
from importlib import import_module
from typing import Annotated, Final

import typer

from pipeline import __version__
from pipeline.cli.completion import completing, word_after_program
from pipeline.cli.exits import Exit, exit_code_of
from pipeline.errors import PipelineError

#: Commands in the order ``--help`` lists them; each is the module ``pipeline.cli.<name>`` with
#: underscores for dashes.
COMMANDS: Final = (
    "demo",
    "up",
    "status",
    "doctor",
    "sql",
    "verify",
    "ledger",
    "simulate",
    "ingest",
    "lifecycle",
    "sink",
    "migrate",
    "dead-letters",
    "rewind",
    "reconcile",
    "usage",
    "retention",
    "export-audit",
    "verify-audit",
    "erase",
    "plan",
    "reference",
)
#: Commands that have commands of their own.
GROUPS: Final = ("console", "alerts", "fallback", "topics", "twilio")

#: What a manual page would have below the commands; a line with \b keeps its lines as they are.
_EPILOG: Final = """\b
Settings   variables TWILIO_PIPELINE_..., or files in $TWILIO_PIPELINE_SECRETS_DIR;
           a local stack (`up`, `demo`) needs none. All: docs/reference/settings.md
Exit code  0 done, 1 differences found, 2 wrong usage or setting, 3 something is away,
           4 it can't be done, 130 Ctrl-C
Complete   --install-completion makes the shell complete commands and options
"""
_WIDTH: Final = 100


def program(names: tuple[str, ...] = (*COMMANDS, *GROUPS)) -> typer.Typer:
    """Build the command line of these commands; ``sql`` alone need not import Faust."""
    app = _empty()
    for name in names:
        module: typer.Typer = import_module(f"pipeline.cli.{name.replace('-', '_')}").app
        if name in GROUPS:
            app.add_typer(module, name=name)
            continue
        (command,) = module.registered_commands
        command.name = name
        app.registered_commands.append(command)
    return app


def names_alone() -> typer.Typer:
    """Build a command line that knows what the commands are called, and loads none."""
    app = _empty()
    for name in (*COMMANDS, *GROUPS):
        app.command(name)(lambda: None)
    return app


def _empty() -> typer.Typer:
    app = typer.Typer(
        help="Twilio Event Streams to delivery-rate windows, alerts and a history in ClickHouse.",
        epilog=_EPILOG,
        context_settings={"max_content_width": _WIDTH},
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_before_all)  # also keeps the name of a command when it is the only one
    return app


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"twilio-pipeline {__version__}")
        raise typer.Exit


def _before_all(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take the options that stand before every command."""


def main() -> None:
    """Run one command; every expected error is one line on standard error, never a traceback."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    # Commands report errors themselves; parts that log set up their handlers later.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        _program_for(arguments)(args=arguments, prog_name="twilio-pipeline")
    except PipelineError as error:
        typer.echo(f"twilio-pipeline: {error}", err=True)
        return exit_code_of(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.OK
    return Exit.OK


def _program_for(arguments: list[str]) -> typer.Typer:
    """Load what these arguments, or a shell that completes them, ask about, and no more."""
    asked = tuple(arguments[:1]) or word_after_program()
    if asked and asked[0] in (*COMMANDS, *GROUPS):
        return program(asked)
    return names_alone() if completing() or asked == ("--version",) else program()


if __name__ == "__main__":
    main()
