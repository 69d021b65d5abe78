"""``twilio-pipeline twilio status``: what Twilio's side is like."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from operations.connect.survey import Survey
from pipeline.cli.twilio.surveys import Surveyed, WantedOption, surveyed
from pipeline.cli.twilio.words import note_lines

app = typer.Typer()


@app.command()
def status(
    wanted: WantedOption = None,
    types: Annotated[
        bool, typer.Option("--types", help="List the event types with their versions.")
    ] = False,
) -> None:
    """Show the sink, its subscription, the Verify services, and what is new at Twilio.

    With --types the versions are listed as [schema_versions] of a wanted file takes them.

    Example: twilio-pipeline twilio status --wanted twilio.toml --types
    """
    for line in asyncio.run(_lines(wanted, types=types)):
        typer.echo(line)


async def _lines(wanted: Path | None, *, types: bool) -> list[str]:
    async with surveyed(wanted) as place:
        return [line for each in place.surveys for line in _of(place, each, types=types)]


def _of(place: Surveyed, survey: Survey, *, types: bool) -> Iterator[str]:
    planned, found = survey.difference, survey.found
    sink, subscription = planned.sink, planned.subscription
    account = planned.account_sid
    yield f"{account}: sink {sink.sid if sink else 'none'}" + (
        f" ({sink.status}) posts to {sink.destination}"
        if sink
        else f" for {place.wanted.destination}"
    )
    if subscription:
        yield f"{account}: {subscription.sid} is for {len(subscription.versions)} event types"
    else:
        yield f"{account}: no subscription"
    tell = sum(found.verify.values())
    yield f"{account}: {tell} of {len(found.verify)} Verify services tell their events"
    yield from note_lines(planned.notes)
    if planned.changes:
        yield f"{account}: {len(planned.changes)} differences, see `twilio-pipeline twilio diff`"
    if types and subscription:
        yield "[schema_versions]"
        yield from (f'"{name}" = {own}' for name, own in sorted(subscription.versions.items()))
