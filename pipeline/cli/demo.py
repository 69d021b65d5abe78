"""``twilio-pipeline demo``: the whole pipeline, watched for a minute and then proven."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from local.demo.demo import MESSAGES, run_demo
from pipeline.cli.exits import Exit

app = typer.Typer()


@app.command()
def demo(
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Folder to keep; else a fresh one that goes with the demo."),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="End after the verdict instead of on Ctrl-C.")
    ] = False,
    messages: Annotated[
        int, typer.Option(min=100, help="How many messages to send; fewer end sooner.")
    ] = MESSAGES,
) -> None:
    """Run the whole pipeline on a minute of simulated Twilio traffic with an outage.

    Shows delivery windows by country while they change, then compares everything stored with
    what was sent and exits with 1 when anything differs. The stack keeps running to be tried.

    Example: twilio-pipeline demo --once
    """
    verdict = asyncio.run(run_demo(Console(), data, once=once, messages=messages))
    if verdict is not True:
        raise typer.Exit(Exit.INTERRUPTED if verdict is None else Exit.DIFFERENT)
