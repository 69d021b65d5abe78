"""``twilio-pipeline migrate``: bring ClickHouse's schema and Kafka's topics up to date."""

import asyncio

import typer

from pipeline.cli.target import StackOption, find_target
from pipeline.topics import ensure_topics
from sinks.migrations import migrate as migrate_clickhouse

app = typer.Typer()


@app.command()
def migrate(stack: StackOption = None) -> None:
    """Create what is missing of Kafka's topics and of ClickHouse's tables and views.

    Example: TWILIO_PIPELINE_CLICKHOUSE_URL=http://clickhouse:8123 twilio-pipeline migrate
    """
    target = find_target(stack)
    for name in asyncio.run(ensure_topics(target.kafka)):
        typer.echo(f"created topic {name}")
    applied = migrate_clickhouse(target.clickhouse)
    for name in applied:
        typer.echo(f"applied {name}")
    if not applied:
        typer.echo(f"database {target.clickhouse.database} is up to date")
