"""``twilio-pipeline alerts show``: all that is known of one incident."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Annotated, Any

import typer
from clickhouse_connect.driver.client import Client

from pipeline.cli.target import StackOption, find_target
from pipeline.errors import ConfigurationError
from sinks.clickhouse import connect, translated

app = typer.Typer()


@app.command()
def show(
    incident: Annotated[str, typer.Argument(metavar="ID", help="As `list` prints it.")],
    stack: StackOption = None,
) -> None:
    """Show what an incident is, its history, and what was sent about it.

    Example: twilio-pipeline alerts show "failures:product=messaging,country=DE:29352000"
    """
    target = find_target(stack).clickhouse
    with connect(target) as client, translated(target):
        found = _ask(client, "shown", incident)
        if not found:
            raise ConfigurationError(
                f"{incident}: no such alert, see `twilio-pipeline alerts list --all`"
            )
        history, sent = _ask(client, "history", incident), _ask(client, "sent", incident)
    for line in (*_what(found[0]), *_history(history), *_sent(sent)):
        typer.echo(line)


def _ask(client: Client, name: str, incident: str) -> Sequence[Sequence[Any]]:
    sql = files("pipeline.cli.alerts").joinpath(f"{name}.sql").read_text("utf-8")
    rows: Sequence[Sequence[Any]] = client.query(sql, parameters={"id": incident}).result_rows
    return rows


def _what(row: Sequence[Any]) -> Iterator[str]:
    title, severity, state, kind, started, fired, resolved, *rest = row
    usual, rate, low, high, messages, affected, codes, likely, suggestion, *rest = rest
    evidence, threshold, acknowledged, by, silenced, sql = rest
    yield title
    yield f"{severity}, {state}, {kind}; since {_time(started)}, told {_time(fired)}"
    if resolved:
        yield f"resolved {_time(resolved)}"
    yield f"{rate:.1%} ({low:.1%} to {high:.1%}) instead of {usual:.1%}, of {messages:,}"
    yield f"{affected:,} affected; evidence {evidence:.1f} over {threshold:.1f} nats"
    yield from (f"code {code} {name}: {count:,}" for code, name, count in codes)
    yield f"likely {likely}: {suggestion}"
    if acknowledged:
        yield f"acknowledged {_time(acknowledged)} by {by}"
    if silenced:
        yield "silenced"
    yield sql


def _history(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    for at, state, severity, title, reason in rows:
        yield f"{_time(at)}  {state:8}  {severity:6}  {reason or title}"


def _sent(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    for at, channel, transition, state, reason in rows:
        yield f"{_time(at)}  {state:10}  {channel}  {transition}{reason and f' ({reason})'}"


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"
