"""``twilio-pipeline alerts silence``: have nothing sent about something for a while."""

import asyncio
import secrets
import time
from datetime import UTC, datetime
from typing import Annotated, get_args

import typer

from pipeline.cli.durations import duration
from pipeline.cli.saying import say, whoever
from pipeline.cli.target import StackOption, find_target
from pipeline.errors import ConfigurationError
from pipeline.items.alert import Silence
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
    kafka = find_target(stack).kafka
    now = int(time.time())
    until = now if end else now + duration(lasting, "--for")
    asked = Silence(
        id=end or secrets.token_hex(4),
        at=now,
        by=by or whoever(),
        since=now,
        until=until,
        where=dict(_pair(each) for each in where or ()),
        comment=comment,
    )
    asyncio.run(say(kafka, ALERTS, asked, asked.id))
    end_of_it = f"{datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M} UTC"
    typer.echo(f"silence {asked.id} " + ("is ended" if end else f"lasts until {end_of_it}"))


def _pair(text: str) -> tuple[str, str]:
    name, is_given, value = text.partition("=")
    if not is_given or name not in get_args(Dimension):
        names = ", ".join(get_args(Dimension))
        raise ConfigurationError(f"--where takes DIMENSION=VALUE of {names}, not {text!r}")
    return name, value
