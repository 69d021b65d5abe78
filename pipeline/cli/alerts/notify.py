"""``twilio-pipeline alerts notify``: the notifier, as a process of its own."""

import typer

from pipeline.logs import configure
from pipeline.settings import KafkaSettings, LogSettings, NotifierSettings, load
from processors.notifier.processor import run_notifier

app = typer.Typer()


@app.command()
def notify() -> None:
    """Send alerts to the channels they are routed to until SIGTERM.

    Channels and routes are in the file that TWILIO_PIPELINE_NOTIFIER_CONFIG names; without one
    alerts are written to the log.

    Example: TWILIO_PIPELINE_NOTIFIER_CONFIG=notifier.toml twilio-pipeline alerts notify
    """
    configure(load(LogSettings))
    run_notifier(load(NotifierSettings), load(KafkaSettings))
