"""``twilio-pipeline twilio teardown``: have Twilio send nothing here any more."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from operations.connect.applying import Hand
from operations.connect.found import Found, FoundSink
from pipeline.cli.twilio.consent import consents
from pipeline.cli.twilio.surveys import WantedOption, surveyed
from pipeline.errors import ConfigurationError

app = typer.Typer()


@app.command()
def teardown(
    wanted: WantedOption = None,
    sink: Annotated[
        str, typer.Option(help="SID of another sink to remove, instead of the wanted one.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without being asked.")] = False,
) -> None:
    """Remove the sinks that post to the wanted address, with their subscriptions.

    Events from then on are lost, unless another sink takes them. Verify services go on telling
    their events to whoever is subscribed. What is stored stays.

    Example: twilio-pipeline twilio teardown --wanted twilio.toml --dry-run
    """
    asyncio.run(_teardown(wanted, sink, dry_run=dry_run, yes=yes))


async def _teardown(wanted: Path | None, sink: str, *, dry_run: bool, yes: bool) -> None:
    async with surveyed(wanted) as place:
        destination = place.wanted.destination
        going = [(each.found, _meant(each.found, sink, destination)) for each in place.surveys]
        for line in (line for found, sinks in going for line in _lines(found, sinks)):
            typer.echo(line)
        if not any(sinks for _, sinks in going):
            if sink:
                raise ConfigurationError(f"{sink}: no account of these has such a sink")
            typer.echo(f"nothing posts to {destination}")
            return
        if dry_run or not consents(yes=yes, question="Remove it?"):
            return
        for found, sinks in going:
            hand = Hand(place.api.client(found.account_sid), found.account_sid)
            await hand.remove(found, sinks)
        typer.echo("removed")


def _meant(found: Found, sid: str, destination: str) -> list[FoundSink]:
    if sid:
        return [each for each in found.sinks if each.sid == sid]
    return [each for each in found.sinks if each.destination == destination]


def _lines(found: Found, sinks: list[FoundSink]) -> list[str]:
    lines = []
    for sink in sinks:
        own = found.subscription_of(sink)
        types = f" and its subscription to {len(own.versions)} event types" if own else ""
        lines.append(f"{found.account_sid}: remove sink {sink.sid} ({sink.description}){types}")
    return lines
