"""``twilio-pipeline topics check``: the topics as declared, compared with Kafka's."""

import asyncio

import typer

from pipeline.cli.exits import Exit
from pipeline.cli.target import StackOption, find_kafka
from pipeline.cli.topics.every import every_topic
from pipeline.topic_check import differences

app = typer.Typer()


@app.command()
def check(stack: StackOption = None) -> None:
    """Compare Kafka's topics with the declared ones; exits with 1 when something differs.

    `topics create` makes what is missing, `retention apply` changes how long topics keep what.
    The number of partitions can't be changed once there are events: those of one message would
    be in two partitions.

    Example: twilio-pipeline topics check
    """
    kafka = find_kafka(stack)
    topics = every_topic(kafka)
    found = asyncio.run(differences(kafka, topics))
    for difference in found:
        typer.echo(f"DIFFERS {difference}")
    if found:
        raise typer.Exit(Exit.DIFFERENT)
    typer.echo(f"{len(topics)} topics are as declared")
