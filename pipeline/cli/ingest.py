"""``twilio-pipeline ingest``: the webhook that Twilio posts to."""

import typer

from ingest.run import run
from pipeline import logs
from pipeline.settings import IngestSettings, KafkaSettings, LogSettings, SpoolSettings, load

app = typer.Typer()


@app.command()
def ingest() -> None:
    """Receive Twilio's events over HTTP and write them to Kafka, until SIGTERM.

    Settings come from the environment; TWILIO_PIPELINE_INGEST_PUBLIC_URL (the URL given to
    Twilio) and TWILIO_PIPELINE_INGEST_AUTH_TOKENS have no default.

    Example: TWILIO_PIPELINE_INGEST_PORT=8080 twilio-pipeline ingest
    """
    logs.configure(load(LogSettings))
    run(load(IngestSettings), load(KafkaSettings), load(SpoolSettings))
