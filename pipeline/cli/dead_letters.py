"""``twilio-pipeline dead-letters``: what could not be used, and what to do about it."""

import asyncio
import getpass
import secrets
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Annotated

import msgspec
import typer
from clickhouse_connect.driver.client import Client
from rich.console import Console
from rich.table import Table

from ingest.routing import route
from pipeline.cli.administrator import find_administrator
from pipeline.cli.bar import bar
from pipeline.cli.exits import Exit
from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption
from pipeline.errors import ConfigurationError
from pipeline.items.dead_letter import DeadLetter
from pipeline.records import partition_of
from pipeline.settings import KafkaSettings
from pipeline.topics import RAW, partition_counts
from sinks.clickhouse import connect, translated
from sinks.dead_letters import STATES, Choice, Filed, choose, discard, originals, replay
from sinks.dead_letters.actions import Book

app = typer.Typer()

#: What ``replay`` and ``discard`` take when no state is asked for.
_OPEN = ["new", "unsure"]
_DONE = {"replay": "replayed", "discard": "discarded"}
_COLUMNS = ("origin", "received (UTC)", "reason", "from", "state", "replay of", "detail")


class Do(StrEnum):
    """What to do with the letters."""

    LIST = "list"
    SHOW = "show"
    REPLAY = "replay"
    DISCARD = "discard"


@app.command()
def dead_letters(  # noqa: PLR0913, PLR0917  (each is an option)
    do: Annotated[Do, typer.Argument(help="What to do with them.", show_default=False)],
    origins: Annotated[
        list[str] | None,
        typer.Argument(help="Letters by origin, as `list` prints it.", metavar="[ORIGIN]..."),
    ] = None,
    reason: Annotated[list[str] | None, typer.Option(help="Only with this reason.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Only about this topic.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only from this part.")] = None,
    state: Annotated[list[str] | None, typer.Option(help=f"Only: {', '.join(STATES)}.")] = None,
    since: Annotated[str, typer.Option(help="Received at or after this time (UTC).")] = "",
    until: Annotated[str, typer.Option(help="Received before this time (UTC).")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="All letters, where no filter is given.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    actor: Annotated[str, typer.Option("--as", help="Who does it, for the audit.")] = "",
    stack: StackOption = None,
) -> None:
    """List, show, replay or discard what could not be used.

    A replay sends the original bytes to where they came from; what was stored already is not
    stored twice. Who replayed or discarded what is kept in the view dead_letter_actions.

    Example: twilio-pipeline dead-letters replay --reason not_storable --since 2026-11-23
    """
    choice = Choice(
        origins or [],
        reason or [],
        topic or [],
        source or [],
        _states(state or []),
        moment(since, "--since") if since else None,
        moment(until, "--until") if until else None,
    )
    changes = do in {Do.REPLAY, Do.DISCARD}
    if changes and choice == Choice() and not everything:
        raise ConfigurationError(
            f"say which letters to {do.value}: by origin, with a filter such as --reason, or --all"
        )
    if changes and not choice.states:
        choice = msgspec.structs.replace(choice, states=_OPEN)
    target = find_administrator(stack)
    with connect(target.clickhouse) as client, translated(target.clickhouse):
        letters = choose(client, choice)
        if do is Do.LIST:
            _list(letters)
        elif do is Do.SHOW:
            asyncio.run(_show(target.target.kafka, letters))
        elif dry_run:
            _list(letters)
            typer.echo(f"{len(letters)} letters would be {_DONE[do.value]}")
        else:
            _change(client, do, target.target.kafka, letters, actor)


def _states(asked: list[str]) -> list[str]:
    unknown = sorted(set(asked) - set(STATES))
    if unknown:
        raise ConfigurationError(f"--state takes {', '.join(STATES)}, not {unknown[0]!r}")
    return asked


def _list(letters: Sequence[Filed]) -> None:
    rows = [
        (
            each.origin,
            datetime.fromtimestamp(each.received_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S"),
            each.reason,
            each.source,
            each.state,
            each.replay_of,
            each.detail,
        )
        for each in letters
    ]
    if not sys.stdout.isatty():
        for row in (_COLUMNS, *rows):
            typer.echo("\t".join(row))
        return
    table = Table(*_COLUMNS)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


async def _show(kafka: KafkaSettings, letters: Sequence[Filed]) -> None:
    """Everything about each letter, with the original as text."""
    found: dict[str, DeadLetter] = {}
    async with aclosing(originals(kafka, letters)) as pairs:
        async for letter, whole in pairs:
            found[letter.origin] = whole
    for letter in letters:
        for name, value in msgspec.structs.asdict(letter).items():
            typer.echo(f"{name}: {value}")
        original = found.get(letter.origin)
        text = original.original.decode("utf-8", "replace") if original else "deleted by Kafka"
        typer.echo(f"original: {text}\n")


def _change(
    client: Client, do: Do, kafka: KafkaSettings, letters: Sequence[Filed], actor: str
) -> None:
    book = Book(
        client, actor or f"{getpass.getuser()}@{socket.gethostname()}", secrets.token_hex(8)
    )
    if do is Do.DISCARD:
        discard(book, letters)
        typer.echo(f"{len(letters)} letters discarded")
        return
    refused_by_webhook = any(not each.origin_topic for each in letters)
    counts = asyncio.run(partition_counts(kafka, RAW.values())) if refused_by_webhook else {}
    with bar("replaying") as progress:
        result = asyncio.run(replay(kafka, book, letters, partial(_route, counts), progress))
    typer.echo(f"{result.sent} letters replayed")
    for why, count in result.not_sent.items():
        typer.echo(f"{count} not replayed: {why}")
    if result.not_sent:
        raise typer.Exit(Exit.DIFFERENT)


def _route(counts: Mapping[str, int], element: bytes) -> tuple[str, int]:
    """Where the webhook would send it now."""
    product, subject = route(element)
    topic = RAW[product]
    return topic, partition_of(subject, counts[topic])
