"""``twilio-pipeline topics list``: the topics as declared."""

from typing import Annotated

import typer

from pipeline.cli.topics.declaration import declaration
from pipeline.cli.topics.every import every_topic
from pipeline.settings import KafkaSettings, load

app = typer.Typer()


@app.command()
def list_topics(
    as_yaml: Annotated[
        bool, typer.Option("--yaml", help="As deploy/topics.yaml has them, with every setting.")
    ] = False,
) -> None:
    """List every topic with partitions and what it holds, also the processors' changelogs.

    What is said is what the settings declare; Kafka is not asked.

    Example: twilio-pipeline topics list --yaml
    """
    kafka = load(KafkaSettings)
    topics = every_topic(kafka)
    if as_yaml:
        typer.echo(declaration(topics), nl=False)
        return
    for topic in topics:
        partitions = topic.partitions or kafka.partitions
        kept = f"{topic.retention_hours // 24} d" if topic.cleanup == "delete" else topic.cleanup
        typer.echo(f"{topic.name:34} {partitions:>4}  {kept:>7}  {topic.holds}")
