"""``twilio-pipeline rewind``: let the sink look again at what it has stored."""

import asyncio
from typing import Annotated

import typer

from pipeline.cli.administrator import find_administrator
from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption
from pipeline.settings import SinkSettings, load
from sinks.decoder import routes
from sinks.rewind import rewind as rewind_group

app = typer.Typer()


@app.command()
def rewind(
    since: Annotated[
        str, typer.Option("--from", help="From what Kafka got since this day or time (UTC).")
    ],
    topic: Annotated[
        list[str] | None, typer.Option(help="Only this topic; may be repeated.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be looked at again.")
    ] = False,
    stack: StackOption = None,
) -> None:
    """Set the sink's group back, for rows that were lost: after a restore, or by the ledger.

    The sinks must be stopped. Once they run again they ask ClickHouse what it holds of these
    offsets and add only what is missing.

    Example: twilio-pipeline rewind --from 2026-11-22T23:00
    """
    administrator = find_administrator(stack)
    stretches = asyncio.run(
        rewind_group(
            administrator.target.kafka,
            load(SinkSettings).group_id,
            topic or tuple(routes(administrator.privacy())),
            int(moment(since, "--from").timestamp() * 1000),
            dry_run=dry_run,
        )
    )
    for each in stretches:
        place = f"{each.partition.topic} partition {each.partition.number}"
        typer.echo(f"{place}: offsets {each.first} to {each.last}")
    if not stretches:
        typer.echo("the sink has read nothing that Kafka got since then")
