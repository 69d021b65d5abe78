"""``twilio-pipeline migrate``: bring ClickHouse's schema and Kafka's topics up to date."""

import asyncio

import typer

from pipeline.settings import ClickHouseSettings, KafkaSettings, load
from pipeline.topics import ensure_topics
from sinks.migrations import migrate as migrate_clickhouse

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Create what is missing of Kafka's topics and of ClickHouse's tables and views.

    Settings come from the environment; a local stack does this by itself.

    Example: TWILIO_PIPELINE_CLICKHOUSE_URL=http://clickhouse:8123 twilio-pipeline migrate
    """
    kafka, clickhouse = load(KafkaSettings), load(ClickHouseSettings)
    for name in asyncio.run(ensure_topics(kafka)):
        typer.echo(f"created topic {name}")
    applied = migrate_clickhouse(clickhouse)
    for name in applied:
        typer.echo(f"applied {name}")
    if not applied:
        typer.echo(f"database {clickhouse.database} is up to date")
