"""``twilio-pipeline migrate``: bring ClickHouse's schema and Kafka's topics up to date."""

import asyncio
from typing import Annotated

import typer

from pipeline.cli.durations import duration
from pipeline.cli.patience import patiently
from pipeline.settings import ClickHouseSettings, KafkaSettings, RetentionSettings, load
from pipeline.topics import ensure_topics
from sinks import retention
from sinks.migrations import migrate as migrate_clickhouse
from sinks.migrations import pending

app = typer.Typer()


@app.command()
def migrate(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list the migrations that would be applied.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="With --dry-run: print their SQL too.")
    ] = False,
    skip_topics: Annotated[
        bool, typer.Option("--skip-topics", help="ClickHouse alone: others make the topics.")
    ] = False,
    wait: Annotated[
        str, typer.Option("--wait", help="Try so long while a server is away: 30s, 2m.")
    ] = "0s",
) -> None:
    """Create what is missing of Kafka's topics and of ClickHouse's tables and views.

    Settings come from the environment; a local stack does this by itself. Of two migrations at
    once, the second one waits for the first.

    Example: TWILIO_PIPELINE_CLICKHOUSE_URL=http://clickhouse:8123 twilio-pipeline migrate
    """
    seconds = duration(wait, "--wait")
    clickhouse = load(ClickHouseSettings)
    if dry_run:
        patiently(lambda: _show(clickhouse, verbose=verbose), seconds)
        return
    kafka = load(KafkaSettings)
    if not skip_topics:
        patiently(lambda: _create_topics(kafka), seconds)
    patiently(lambda: _apply(clickhouse), seconds)


def _show(clickhouse: ClickHouseSettings, *, verbose: bool) -> None:
    scripts = pending(clickhouse)
    for script in scripts:
        typer.echo(f"would apply {script.name}")
        if verbose:
            for statement in script.statements(clickhouse.database, clickhouse.mode):
                typer.echo(f"\n{statement};")
            typer.echo()
    if not scripts:
        typer.echo(f"database {clickhouse.database} is up to date")


def _create_topics(kafka: KafkaSettings) -> None:
    for name in asyncio.run(ensure_topics(kafka)):
        typer.echo(f"created topic {name}")


def _apply(clickhouse: ClickHouseSettings) -> None:
    applied = migrate_clickhouse(clickhouse)
    for name in applied:
        typer.echo(f"applied {name}")
    for rule in retention.apply(clickhouse, retention.rules(load(RetentionSettings))):
        typer.echo(f"{rule.what} is kept {rule.days or 'any number of'} days")
    if not applied:
        typer.echo(f"database {clickhouse.database} is up to date")
