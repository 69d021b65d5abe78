"""``twilio-pipeline status``: how a running pipeline does."""

import asyncio

import typer
from rich.console import Console

from local.status.report import gather_report
from pipeline.cli.exits import Exit
from pipeline.cli.target import StackOption, find_target

app = typer.Typer()


@app.command()
def status(stack: StackOption = None) -> None:
    """Show each part's process, each consumer group's lag per partition, and rows per view.

    Exits with 1 when a part of a local stack is not ready (one that died is started again).

    Example: twilio-pipeline status --stack DIR/stack.json
    """
    target = find_target(stack)
    report = asyncio.run(gather_report(target.stack, target.kafka, target.clickhouse))
    console = Console()
    if console.is_terminal:
        console.print(report.headline, *report.tables(), sep="\n")
    else:
        for line in report.lines():
            typer.echo(line)
    if not report.healthy:
        raise typer.Exit(Exit.DIFFERENT)
