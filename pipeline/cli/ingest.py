"""``twilio-pipeline ingest``: the webhook that Twilio posts to."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ingest.run import run
from ingest.workers.parent import supervise
from ingest.workers.place import ALONE, Place
from pipeline import logs
from pipeline.cli.exits import Exit
from pipeline.settings import IngestSettings, KafkaSettings, LogSettings, SpoolSettings, load

app = typer.Typer()


@app.command()
def ingest(
    worker: Annotated[int, typer.Option(hidden=True, min=0)] = 0,
    socket: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Receive Twilio's events over HTTP and write them to Kafka, until SIGTERM.

    Settings come from the environment; TWILIO_PIPELINE_INGEST_PUBLIC_URL (the URL given to
    Twilio) and TWILIO_PIPELINE_INGEST_AUTH_TOKENS have no default.

    Example: TWILIO_PIPELINE_INGEST_PORT=8080 twilio-pipeline ingest
    """
    logs.configure(load(LogSettings))
    settings = load(IngestSettings)
    if settings.workers > 1 and not socket:
        if not supervise(settings, _argv, Exit.USAGE):
            raise typer.Exit(Exit.USAGE)
        return
    place = Place(worker, settings.workers, socket) if socket else ALONE
    run(settings, load(KafkaSettings), load(SpoolSettings), place)


def _argv(place: Place) -> tuple[str, ...]:
    """The command of one worker; the parent's settings reach it by the environment."""
    command = (sys.executable, "-m", "pipeline.cli.main", "ingest")
    return (*command, "--worker", str(place.number), "--socket", str(place.socket))
