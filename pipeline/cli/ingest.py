"""``twilio-pipeline ingest``: the webhook that Twilio posts to."""

import typer

from ingest.run import run
from pipeline import logs
from pipeline.settings import IngestSettings, KafkaSettings, LogSettings, load

app = typer.Typer()


@app.command()
def ingest() -> None:
    r"""Receive Twilio's events over HTTP and write them to Kafka, until SIGTERM.

    All settings are read from the environment (see the settings reference); the public URL and
    the auth tokens have no default.

    For example:

    \b
      export TWILIO_PIPELINE_INGEST_PUBLIC_URL=https://events.example.com/twilio/events
      export TWILIO_PIPELINE_INGEST_AUTH_TOKENS=...
      twilio-pipeline ingest
    """
    logs.configure(load(LogSettings))
    run(load(IngestSettings), load(KafkaSettings))
