"""``twilio-pipeline sink``: load Kafka into ClickHouse."""

import asyncio

import typer

from pipeline import logs
from pipeline.event_loop import new_event_loop
from pipeline.settings import (
    ClickHouseSettings,
    KafkaSettings,
    LogSettings,
    PrivacySettings,
    SinkSettings,
    load,
)
from sinks.run import configured, run

app = typer.Typer()


@app.command()
def sink() -> None:
    """Load the topics into ClickHouse until SIGTERM; settings come from the environment.

    Example: TWILIO_PIPELINE_PRIVACY_HASH_KEY=... twilio-pipeline sink
    """
    logs.configure(load(LogSettings))
    config = configured(
        load(KafkaSettings), load(ClickHouseSettings), load(SinkSettings), load(PrivacySettings)
    )
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(run(config))
