"""``twilio-pipeline alerts ack``: take an incident on."""

import asyncio
import secrets
import time
from typing import Annotated

import typer

from pipeline.cli.stored_alert import stored
from pipeline.cli.target import StackOption, find_target
from pipeline.cli.whoever import whoever
from pipeline.items.alert import Acknowledgement
from pipeline.saying import say
from pipeline.topics import ALERTS

app = typer.Typer()


@app.command()
def ack(
    incident: Annotated[str, typer.Argument(metavar="ID", help="As messages about it name it.")],
    by: Annotated[str, typer.Option(help="Who takes it on; else you.")] = "",
    comment: Annotated[str, typer.Option(help="For others to read.")] = "",
    stack: StackOption = None,
) -> None:
    """Say that somebody looks after an incident.

    Nothing more is sent about it until it gets worse or ends.

    Example: twilio-pipeline alerts ack failures:AC1:DE:29352000 --comment "carrier called"
    """
    target = find_target(stack)
    stored(
        target.clickhouse, "incident", incident, "no such alert, see `twilio-pipeline alerts list`"
    )
    act = Acknowledgement(
        id=secrets.token_hex(8),
        alert_id=incident,
        at=int(time.time()),
        by=by or whoever(),
        comment=comment,
    )
    asyncio.run(say(target.kafka, ALERTS, act, incident))
    typer.echo(f"{incident} is acknowledged by {act.by}")
