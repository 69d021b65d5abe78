"""``twilio-pipeline console``: the live page, and who may log in to it."""

from typing import Final

import typer

from console.run import run
from console.server import Console
from pipeline import logs
from pipeline.cli.console import user
from pipeline.errors import ConfigurationError
from pipeline.privacy import Pseudonymizer
from pipeline.settings import (
    ClickHouseSettings,
    ConsoleSettings,
    KafkaSettings,
    LogSettings,
    PrivacySettings,
    load,
)

app: Final = typer.Typer()
app.add_typer(user.app, name="user")


@app.callback(invoke_without_command=True)
def console(context: typer.Context) -> None:
    """Serve the live page until SIGTERM; settings come from the environment.

    Without TWILIO_PIPELINE_PRIVACY_HASH_KEY messages can be searched by SID only.

    Example: TWILIO_PIPELINE_CONSOLE_USERS_FILE=users.json twilio-pipeline console
    """
    if context.invoked_subcommand is not None:
        return
    logs.configure(load(LogSettings))
    settings = load(ConsoleSettings)
    clickhouse, kafka = load(ClickHouseSettings), load(KafkaSettings)
    run(Console(settings, clickhouse, kafka, _hashes()), settings)


def _hashes() -> Pseudonymizer | None:
    try:
        return Pseudonymizer.of(load(PrivacySettings))
    except ConfigurationError:
        return None
