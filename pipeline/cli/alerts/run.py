"""``twilio-pipeline alerts run``: the detection, as a process of its own."""

import typer

from pipeline.logs import configure
from pipeline.settings import AlertsSettings, KafkaSettings, LogSettings, load
from processors.alerts.processor import run_alerts

app = typer.Typer()


@app.command()
def run() -> None:
    """Watch delivery windows for changes and tell of them until SIGTERM.

    Alerts and notices go to the topic twilio.alerts. Settings come from the environment (see
    docs/reference/settings.md).

    Example: TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 twilio-pipeline alerts run
    """
    configure(load(LogSettings))
    run_alerts(load(AlertsSettings), load(KafkaSettings))
