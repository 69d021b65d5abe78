"""``twilio-pipeline topics create``: make the topics that are missing."""

import asyncio

import typer

from pipeline.cli.target import StackOption, find_kafka
from pipeline.cli.topics.every import changelogs, every_topic
from pipeline.topics import ensure_topics

app = typer.Typer()


@app.command()
def create(stack: StackOption = None) -> None:
    """Make the topics that are missing, also the processors' changelogs.

    One that is there stays as it is: see `topics check`, and `retention apply` for how long
    topics keep what. After this the parts need no right to make topics.

    Example: TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 twilio-pipeline topics create
    """
    kafka = find_kafka(stack)
    for name in asyncio.run(ensure_topics(kafka, *changelogs())):
        typer.echo(f"created topic {name}")
    typer.echo(f"{len(every_topic(kafka))} topics are there")
