"""``twilio-pipeline alerts silence``: have nothing sent about something for a while."""

import asyncio
import secrets
import time
from datetime import UTC, datetime
from typing import Annotated, get_args

import msgspec
import typer

from pipeline.cli.durations import duration
from pipeline.cli.stored_alert import stored
from pipeline.cli.target import StackOption, find_target
from pipeline.cli.whoever import whoever
from pipeline.errors import ConfigurationError
from pipeline.items.alert import Silence
from pipeline.saying import say
from pipeline.settings import ClickHouseSettings
from pipeline.topics import ALERTS
from processors.notifier.config import Dimension

app = typer.Typer()


@app.command()
def silence(  # noqa: PLR0913, PLR0917  (each is an option)
    where: Annotated[
        list[str] | None,
        typer.Option(help=f"DIMENSION=VALUE, all must fit: {', '.join(get_args(Dimension))}."),
    ] = None,
    lasting: Annotated[str, typer.Option("--for", help="How long: 30m, 2h, 1d12h.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Whatever it is about.")] = False,
    end: Annotated[str, typer.Option(help="Id of a silence to end now.", metavar="ID")] = "",
    by: Annotated[str, typer.Option(help="Who wants it; else you.")] = "",
    comment: Annotated[str, typer.Option(help="For others to read.")] = "",
    stack: StackOption = None,
) -> None:
    """Hold back messages about what matches; what still lasts at its end is told then.

    Alerts are found and stored as ever. The end of an incident that was told of is told also in
    a silence.

    Example: twilio-pipeline alerts silence --where country=DE --for 2h --comment "planned work"
    """
    if not (where or everything or end):
        raise ConfigurationError("say what to silence: --where DIMENSION=VALUE, or --all")
    target, now = find_target(stack), int(time.time())
    asked = Silence(
        id=secrets.token_hex(4),
        at=now,
        by=by or whoever(),
        since=now,
        until=now if end else now + duration(lasting, "--for"),
        where=dict(_pair(each) for each in where or ()),
        comment=comment,
    )
    if end:
        asked = _ended(target.clickhouse, asked, end)
    asyncio.run(say(target.kafka, ALERTS, asked, asked.id))
    until = f"{datetime.fromtimestamp(asked.until, UTC):%Y-%m-%d %H:%M} UTC"
    typer.echo(f"silence {asked.id} " + ("is ended" if end else f"lasts until {until}"))


def _ended(clickhouse: ClickHouseSettings, asked: Silence, name: str) -> Silence:
    """The silence as it was, but over by now."""
    ended = msgspec.structs.replace(asked, id=name)
    row = stored(clickhouse, "silence", name, "no such silence, see the view alert_silences")
    if row is None:
        return ended
    since, where, comment = row
    return msgspec.structs.replace(
        ended, since=since, where=dict(where), comment=asked.comment or comment
    )


def _pair(text: str) -> tuple[str, str]:
    name, is_given, value = text.partition("=")
    if not is_given or name not in get_args(Dimension):
        names = ", ".join(get_args(Dimension))
        raise ConfigurationError(f"--where takes DIMENSION=VALUE of {names}, not {text!r}")
    return name, value
