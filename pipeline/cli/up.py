"""``twilio-pipeline up``: the whole pipeline on this machine."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from local.invocation import invocation
from local.stack import Stack
from local.stack import up as run_stack

app = typer.Typer()


@app.command()
def up(
    data: Annotated[
        Path, typer.Option("--data", help="Folder for everything; a used one goes on.")
    ],
) -> None:
    """Run Kafka, ClickHouse, the ingress, the processors, the sink and the console until Ctrl-C.

    All of it listens on free loopback ports, which DIR/stack.json names. A part that dies is
    started again.

    Example: twilio-pipeline up --data ~/twilio-pipeline
    """
    typer.echo("starting Kafka, ClickHouse, ingress, processors and sink")
    asyncio.run(run_stack(data, _say_ready))
    typer.echo("stopped")


def _say_ready(stack: Stack) -> None:
    typer.echo(f"ready: {stack.file}")
    typer.echo(f"  post events to   {stack.info.ingest}")
    typer.echo(f"  watch it at      {stack.info.console}")
    if stack.first_login:
        typer.echo(f"  log in as        {stack.first_login}")
    typer.echo(f"  try              {invocation()} simulate")
    typer.echo("  stop with        Ctrl-C")
