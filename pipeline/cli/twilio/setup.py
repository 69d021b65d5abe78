"""``twilio-pipeline twilio setup``: have Twilio send what is wanted, and see that it arrives."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from operations.connect.applying import Hand
from operations.connect.survey import Survey
from pipeline.cli.durations import duration
from pipeline.cli.target import StackOption, find_target
from pipeline.cli.twilio.arrivals import arrived, next_arrival
from pipeline.cli.twilio.consent import consents
from pipeline.cli.twilio.surveys import Surveyed, WantedOption, surveyed
from pipeline.cli.twilio.words import change_lines, note_lines
from pipeline.errors import UnavailableError
from pipeline.settings import ClickHouseSettings

app = typer.Typer()


@app.command()
def setup(  # noqa: PLR0913, PLR0917  (each is an option)
    wanted: WantedOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without being asked.")] = False,
    skip_test: Annotated[
        bool, typer.Option("--skip-test", help="Send no test event, don't look into ClickHouse.")
    ] = False,
    wait: Annotated[str, typer.Option(help="How long to wait for the test event.")] = "60s",
    stack: StackOption = None,
) -> None:
    """Make or find the sink, send a test event, wait until ClickHouse has it, and subscribe.

    Verify services named in the file are told to tell their events. Only what differs is changed,
    so it may be run again at any time; sinks and subscriptions of others are left alone.
    Credentials come from TWILIO_PIPELINE_TWILIO_... or files.

    Example: twilio-pipeline twilio setup --wanted twilio.toml --dry-run
    """
    patience_s = duration(wait, "--wait")
    asyncio.run(_setup(wanted, stack, patience_s, dry_run=dry_run, yes=yes, skip_test=skip_test))


async def _setup(  # noqa: PLR0913  (one for each option)
    wanted: Path | None,
    stack: Path | None,
    patience_s: float,
    *,
    dry_run: bool,
    yes: bool,
    skip_test: bool,
) -> None:
    async with surveyed(wanted) as place:
        changes = [change for each in place.surveys for change in each.difference.changes]
        for line in change_lines(changes):
            typer.echo(line)
        for line in note_lines(note for each in place.surveys for note in each.difference.notes):
            typer.echo(line)
        if not changes:
            typer.echo("Twilio has what is wanted")
        if dry_run or (changes and not consents(yes=yes, question="Do it?")):
            return
        proof = None if skip_test else _Proof(find_target(stack).clickhouse, patience_s)
        for each in place.surveys:
            await _apply(place, each, proof)


class _Proof:
    """That what Twilio posts to a sink comes to be stored."""

    def __init__(self, clickhouse: ClickHouseSettings, patience_s: float) -> None:
        self._clickhouse = clickhouse
        self._patience_s = patience_s

    async def before(self, account_sid: str) -> set[str]:
        """What has arrived by now."""
        return await asyncio.to_thread(arrived, self._clickhouse, account_sid)

    async def give(self, hand: Hand, account_sid: str, sink_sid: str, before: set[str]) -> None:
        """Test and validate the sink; UnavailableError when the test event does not arrive."""
        await hand.test(sink_sid)
        typer.echo(f"{account_sid}: sent a test event to {sink_sid}")
        test_id = await next_arrival(self._clickhouse, account_sid, before, self._patience_s)
        if test_id is None:
            raise UnavailableError(
                f"the test event did not come to ClickHouse within {self._patience_s:g} s, so "
                "nothing was subscribed: look at the ingress's metrics and the table in "
                "docs/how-to/receive-from-twilio.md, then run setup again"
            )
        await hand.validate(sink_sid, test_id)
        typer.echo(f"{account_sid}: it arrived, and the sink is valid")


async def _apply(place: Surveyed, survey: Survey, proof: _Proof | None) -> None:
    planned = survey.difference
    account = planned.account_sid
    hand = Hand(place.api.client(account), account)
    before = await proof.before(account) if proof else set[str]()
    sink = await hand.sink(place.wanted, planned)
    if proof:
        await proof.give(hand, account, sink, before)
    await hand.subscribe(place.wanted, planned, sink)
    await hand.tell_of_verify(planned.changes)
    typer.echo(f"{account}: {sink} is subscribed to {len(planned.versions)} event types")
