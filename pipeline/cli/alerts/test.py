"""``twilio-pipeline alerts test``: see whether channels work."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from pipeline.cli.exits import Exit
from pipeline.errors import ConfigurationError, PipelineError
from pipeline.settings import NotifierSettings, load
from processors.notifier.channels.log import DEFAULT
from processors.notifier.config import Config
from processors.notifier.config_file import read_config
from processors.notifier.message import Answer, Transition
from processors.notifier.performer import send
from processors.notifier.sample import sample_message

app = typer.Typer()

#: The second ends what the first may have opened.
_TRANSITIONS: Final[tuple[Transition, ...]] = ("test", "resolved")


@app.command()
def try_channels(
    channel: Annotated[
        list[str] | None, typer.Option(help="Only this one; else all that are configured.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="TOML file to try, instead of the one in use.")
    ] = None,
) -> None:
    """Send a test message and its end over each channel, now, and print what came of it.

    Secrets are read from the environment as the notifier reads them. Exits with 1 when a channel
    did not take it.

    Example: twilio-pipeline alerts test --channel on-call
    """
    found = read_config(config or load(NotifierSettings).config)
    names = channel or [each.name for each in found.channels] or [DEFAULT.name]
    for name in names:
        if found.channel(name) is None:
            raise ConfigurationError(f"there is no channel {name!r}")
    if not asyncio.run(_try_all(found, names)):
        raise typer.Exit(Exit.DIFFERENT)


async def _try_all(config: Config, names: Sequence[str]) -> bool:
    works = True
    for name in names:
        for transition in _TRANSITIONS:
            answer = await _try(config, name, transition)
            typer.echo(f"{name}: {transition}: {answer.end}{_reason(answer)}")
            works &= answer.end == "sent"
    return works


async def _try(config: Config, name: str, transition: Transition) -> Answer:
    message = sample_message(transition, int(time.time()), f"{name}:{_RUN}")
    try:
        return await send(config, name, message)
    except PipelineError as error:
        return Answer(end="refused", reason=str(error))


def _reason(answer: Answer) -> str:
    return f" ({answer.reason})" if answer.reason else ""


_RUN: Final = secrets.token_hex(4)
