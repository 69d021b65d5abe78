"""``twilio-pipeline lifecycle``: the lifecycle processor, as a process of its own."""

import typer

from pipeline.logs import configure
from pipeline.settings import KafkaSettings, LifecycleSettings, LogSettings, load
from processors.lifecycle.processor import run_lifecycle

app = typer.Typer()


@app.command()
def lifecycle() -> None:
    """Compute message lifecycles and delivery windows until SIGTERM.

    Settings come from the environment (see docs/reference/settings.md).

    Example: TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 twilio-pipeline lifecycle
    """
    configure(load(LogSettings))
    run_lifecycle(load(LifecycleSettings), load(KafkaSettings))
