"""``twilio-pipeline sink``: load Kafka into ClickHouse."""

import typer
import uvloop

from pipeline import logs
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
    uvloop.run(run(config))
