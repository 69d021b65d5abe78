"""``twilio-pipeline reconcile``: which messages were never told of, and how to make up for it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from clickhouse_connect.driver.client import Client

from operations.reconcile.backfill import BACKFILL, events_of
from operations.reconcile.cursor import Cursor, Progress
from operations.reconcile.gap import Gap, Stored
from operations.reconcile.listed import Listed
from operations.reconcile.listing import message_pages
from operations.reconcile.reconciling import Reconciling
from operations.reconcile.tally import Tally
from pipeline.cli.bar import bar
from pipeline.cli.exits import Exit
from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption, Target, find_target
from pipeline.errors import ConfigurationError
from pipeline.records import Headers, RecordInfo, raw_headers
from pipeline.sending import Sending, sending
from pipeline.settings import LifecycleSettings, TwilioApiSettings, load
from pipeline.topics import RAW
from pipeline.twilio.accounts import accounts_of
from pipeline.twilio.api import connected, patient
from pipeline.twilio.calling import Caller
from sinks.clickhouse import connect, translated

app = typer.Typer()

#: For so long Twilio tries to deliver an event.
_TRIES_S: Final = 4 * 3600


class _Asked(msgspec.Struct, frozen=True):
    """The options; times in epoch seconds."""

    start: int
    end: int
    backfill: bool
    accounts: tuple[str, ...]
    cursor: Path | None
    as_json: bool
    open_end: bool


@app.command()
def reconcile(  # noqa: PLR0913, PLR0917  (each is an option)
    start: Annotated[str, typer.Option("--from", help="First day or time (UTC) of sending.")],
    end: Annotated[
        str, typer.Option("--to", help="Day or time (UTC) before which it ends; now if left out.")
    ] = "",
    backfill: Annotated[
        bool, typer.Option("--backfill", help="Send the events that never came to Kafka.")
    ] = False,
    account: Annotated[
        list[str] | None,
        typer.Option(help="Only this account; may be repeated. Else all, with subaccounts."),
    ] = None,
    cursor: Annotated[
        Path | None,
        typer.Option(help="File that notes how far it came: the same command goes on there."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
    stack: StackOption = None,
) -> None:
    """List messages from Twilio, and name those whose event or final event never came.

    For outages longer than the four hours for which Twilio tries. Backfilled events are marked as
    such and may be sent any number of times. Exits with 1 when something is missing and was not
    backfilled. Messages that were sent to you and Verify's attempts are not looked at.

    Example: twilio-pipeline reconcile --from 2026-11-22T01:00 --to 2026-11-22T09:00 --backfill
    """
    span = (_epoch(start, "--from"), _epoch(end, "--to") if end else int(time.time()))
    if span[0] >= span[1]:
        raise ConfigurationError("--from must be before --to")
    asked = _Asked(*span, backfill, tuple(account or ()), cursor, as_json, not end)
    tally = asyncio.run(_reconcile(asked, find_target(stack)))
    for line in _summary(asked, tally):
        typer.echo(line, err=as_json)
    if not (tally.is_whole or backfill):
        raise typer.Exit(Exit.DIFFERENT)


async def _reconcile(asked: _Asked, target: Target) -> Tally:
    settings = patient(load(TwilioApiSettings))

    def told(gap: Gap) -> None:
        typer.echo(_json(gap) if asked.as_json else _text(gap))

    async with AsyncExitStack() as stack:
        client = stack.enter_context(connect(target.clickhouse))
        stack.enter_context(translated(target.clickhouse))
        sender = None
        if asked.backfill:
            sender = await stack.enter_async_context(sending(target.kafka, RAW["messaging"]))
        api = await stack.enter_async_context(connected(settings))

        def pages(account: str, span: tuple[int, int]) -> AsyncIterator[list[Listed]]:
            return message_pages(api.client(account), account, Caller(account), span)

        begun = Progress(asked.start, asked.end, asked.backfill)
        cursor = Cursor(asked.cursor, begun, open_end=asked.open_end)
        accounts = await accounts_of(api, settings, asked.accounts)
        work = Reconciling(pages, _Store(client, sender), cursor, told, backfill=asked.backfill)
        with bar("comparing, hour by hour") as progress:
            return await work.run(accounts, progress)


class _Store:
    def __init__(self, client: Client, sender: Sending | None) -> None:
        self._client = client
        self._sender = sender
        self._sql = files("pipeline.cli").joinpath("reconcile.sql").read_text("utf-8")

    async def stored(self, account_sid: str, sids: Sequence[str]) -> dict[str, Stored]:
        parameters = {"account": account_sid, "sids": list(sids)}
        found = await asyncio.to_thread(self._client.query, self._sql, parameters)
        return {sid: Stored(outcome, bool(sent)) for sid, outcome, sent in found.result_rows}

    async def backfill(self, gaps: Sequence[Gap]) -> int:
        if self._sender is None:
            return 0
        keyed = ((gap.message.sid, event) for gap in gaps for event in events_of(gap))
        return await self._sender.send(RAW["messaging"], keyed, _headers)


def _headers(events: int) -> Headers:
    return raw_headers(RecordInfo(time.time_ns() // 1_000_000, BACKFILL, events))


def _epoch(text: str, option: str) -> int:
    return int(moment(text, option).timestamp())


def _text(gap: Gap) -> str:
    message = gap.message
    sent = datetime.fromtimestamp(message.sent_at / 1000, UTC)
    error = f" {message.error_code}" if message.error_code else ""
    return f"{sent:%Y-%m-%d %H:%M:%S}  {message.sid}  {gap.kind:10}  {message.status}{error}"


def _json(gap: Gap) -> str:
    message = gap.message
    names = ("sid", "account_sid", "status", "error_code", "sent_at", "updated_at")
    told = {name: getattr(message, name) for name in names}
    return msgspec.json.encode({"gap": gap.kind, **told}).decode()


def _summary(asked: _Asked, tally: Tally) -> Iterator[str]:
    found = ", ".join(f"{count:,} {kind}" for kind, count in sorted(tally.gaps.items()))
    yield f"{tally.messages:,} messages compared: {found or 'nothing is missing'}"
    now = int(time.time())
    if asked.end > now - _TRIES_S and not tally.is_whole:
        since = datetime.fromtimestamp(now - _TRIES_S, UTC)
        yield f"what was sent since {since:%H:%M} UTC may still be told of: Twilio tries for 4 h"
    if not asked.backfill:
        return
    yield f"{tally.events:,} events backfilled"
    horizon_s = load(LifecycleSettings).state_horizon_s
    if asked.start < now - horizon_s and tally.events:
        yield (
            f"windows, alerts and fallbacks leave out what was sent {horizon_s / 3600:g} h ago "
            "or more; events and messages have all of it"
        )
