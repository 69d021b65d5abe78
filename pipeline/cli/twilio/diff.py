"""``twilio-pipeline twilio diff``: whether Twilio's side is still what is wanted."""

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from operations.connect.difference import Difference
from pipeline.cli.exits import Exit
from pipeline.cli.twilio.surveys import WantedOption, surveyed
from pipeline.cli.twilio.words import change_lines, note_lines

app = typer.Typer()


@app.command()
def diff(
    wanted: WantedOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare what is wanted with what Twilio has; exit 1 when it differs.

    New, outgoing and newer things are told of and are no difference.

    Example: twilio-pipeline twilio diff --wanted twilio.toml --json
    """
    found = asyncio.run(_differences(wanted))
    changes = [change for each in found for change in each.changes]
    notes = [note for each in found for note in each.notes]
    if as_json:
        text = msgspec.json.encode({"changes": changes, "notes": notes})
        typer.echo(msgspec.json.format(text).decode())
    else:
        for line in (*change_lines(changes), *note_lines(notes)):
            typer.echo(line)
        typer.echo(f"{len(changes)} differences" if changes else "Twilio has what is wanted")
    if changes:
        raise typer.Exit(Exit.DIFFERENT)


async def _differences(wanted: Path | None) -> list[Difference]:
    async with surveyed(wanted) as place:
        return [each.difference for each in place.surveys]
