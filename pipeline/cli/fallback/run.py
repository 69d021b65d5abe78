"""``twilio-pipeline fallback run``: the fallback processor, as a process of its own."""

import typer

from pipeline.logs import configure
from pipeline.settings import (
    FallbackSettings,
    KafkaSettings,
    LogSettings,
    TwilioApiSettings,
    load,
)
from processors.fallback.processor import run_fallback

app = typer.Typer()


@app.command()
def run() -> None:
    """Plan and carry out fallbacks until SIGTERM.

    The policies are in the file that TWILIO_PIPELINE_FALLBACK_POLICY names; without one those of
    the product are planned and shown, and nothing is sent.

    Example: TWILIO_PIPELINE_FALLBACK_POLICY=policy.toml twilio-pipeline fallback run
    """
    configure(load(LogSettings))
    run_fallback(load(FallbackSettings), load(TwilioApiSettings), load(KafkaSettings))
