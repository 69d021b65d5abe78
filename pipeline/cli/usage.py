"""``twilio-pipeline usage``: read what Twilio bills, once or from time to time."""

import asyncio
import signal
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

import msgspec
import structlog
import typer

from operations.usage.round import Rounds, Told
from pipeline import metrics, monitoring
from pipeline.cli.bar import bar
from pipeline.cli.durations import duration
from pipeline.cli.moments import moment
from pipeline.cli.target import StackOption, find_kafka
from pipeline.errors import ConfigurationError, UnavailableError
from pipeline.logs import configure
from pipeline.sending import sending
from pipeline.settings import KafkaSettings, LogSettings, TwilioApiSettings, UsageSettings, load
from pipeline.topics import ALERTS, MESSAGE_PRICES, USAGE
from pipeline.twilio.accounts import accounts_of
from pipeline.twilio.api import TwilioApi, connected, patient

app = typer.Typer()

#: Twilio corrects what it has told of so many days.
_CORRECTED: Final = timedelta(days=3)
_PRICED: Final = timedelta(days=2)
_SHORTEST_S: Final = 60
_log: Final = structlog.stdlib.get_logger(__name__)


class _Asked(msgspec.Struct, frozen=True):
    """The options; ``every`` in seconds, 0 is once."""

    first: date | None
    last: date | None
    accounts: tuple[str, ...]
    message_prices: bool
    every: int


@app.command()
def usage(  # noqa: PLR0913, PLR0917  (each is an option)
    start: Annotated[
        str, typer.Option("--from", help="First day (UTC); else the month's first, or 3 days ago.")
    ] = "",
    end: Annotated[str, typer.Option("--to", help="Last day (UTC); else today.")] = "",
    message_prices: Annotated[
        bool,
        typer.Option(
            "--message-prices", help="List messages, too, for what each cost; 2 days by default."
        ),
    ] = False,
    account: Annotated[
        list[str] | None,
        typer.Option(help="Only this account; may be repeated. Else all, with subaccounts."),
    ] = None,
    every: Annotated[
        str, typer.Option(help="Do it again after so long, until SIGTERM: 1h. Else once.")
    ] = "",
    stack: StackOption = None,
) -> None:
    """Read usage by category and day from Twilio, for the views usage and message_costs.

    What is read goes through Kafka; reading it again changes nothing. When the month's spend
    reaches a share of its budget (TWILIO_PIPELINE_USAGE_BUDGET), a notice goes out like an alert.

    Example: twilio-pipeline usage --every 1h --message-prices
    """
    asked = _Asked(
        _day(start, "--from"),
        _day(end, "--to"),
        tuple(account or ()),
        message_prices,
        duration(every, "--every") if every else 0,
    )
    if asked.first and asked.first > (asked.last or _today()):
        raise ConfigurationError("--from must not be after --to")
    if every and asked.every < _SHORTEST_S:
        raise ConfigurationError("--every takes a minute or more, such as 1h")
    if every and (start or end):
        raise ConfigurationError("--every goes without --from and --to")
    asyncio.run(_run(asked, find_kafka(stack)))


async def _run(asked: _Asked, kafka: KafkaSettings) -> None:
    twilio = patient(load(TwilioApiSettings))
    settings = load(UsageSettings)
    async with sending(kafka, USAGE, MESSAGE_PRICES, ALERTS) as send, connected(twilio) as api:
        rounds = Rounds(api, send, settings, lambda: time.time_ns() // 1_000_000)
        work = _Work(asked, api, twilio, rounds, settings)
        if asked.every:
            await _Watch(work, settings).run(asked.every)
        else:
            for line in _lines(await work.once()):
                typer.echo(line)


class _Work:
    """What one round asks for: usage of days, and prices since the last round."""

    def __init__(
        self,
        asked: _Asked,
        api: TwilioApi,
        twilio: TwilioApiSettings,
        rounds: Rounds,
        settings: UsageSettings,
    ) -> None:
        self._asked = asked
        self._api = api
        self._twilio = twilio
        self._rounds = rounds
        self._settle_s = settings.settle_s
        self._priced: dict[str, int] = {}

    async def once(self) -> Told:
        told = Told()
        accounts = await accounts_of(self._api, self._twilio, self._asked.accounts)
        with bar("asking Twilio") as progress:
            progress(0, len(accounts) + 1)
            await self._rounds.usage(accounts, self._days(), told)
            for done, account in enumerate(accounts if self._asked.message_prices else (), 1):
                progress(done, len(accounts) + 1)
                await self._price(account, told)
        return told

    async def _price(self, account: str, told: Told) -> None:
        first, end = self._span()
        start = self._priced.get(account, first)
        if start < end:
            await self._rounds.prices(account, (start, end), told)
            self._priced[account] = end

    def _days(self) -> tuple[date, date]:
        today = _today()
        usual = min(today.replace(day=1), today - _CORRECTED)
        return self._asked.first or usual, self._asked.last or today

    def _span(self) -> tuple[int, int]:
        """Epoch seconds: whole days where they are named, else up to what has settled."""
        first = self._asked.first or _today() - _PRICED
        if self._asked.last:
            return _midnight(first), _midnight(self._asked.last + timedelta(days=1))
        return _midnight(first), int(time.time()) - self._settle_s


class _Watch:
    """Does the work again and again; a moment's trouble is waited out."""

    def __init__(self, work: _Work, settings: UsageSettings) -> None:
        self._work = work
        self._settings = settings
        self._trouble: str | None = "usage was not read yet"

    async def run(self, every_s: int) -> None:
        configure(load(LogSettings))
        listening = monitoring.listen(self._settings.metrics_host, self._settings.metrics_port)
        task = asyncio.create_task(self._look_on(every_s))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        pages = await monitoring.serve(listening, lambda: self._trouble)
        try:
            await task
        except asyncio.CancelledError:
            _log.info("stopped")
        finally:
            await pages.cleanup()

    async def _look_on(self, every_s: int) -> None:
        while True:
            await self._look()
            await asyncio.sleep(every_s)

    async def _look(self) -> None:
        try:
            told = await self._work.once()
        except UnavailableError as error:
            self._trouble = str(error)
            metrics.USAGE_FAILURES.inc()
            _log.warning("usage could not be read, it is tried again", why=self._trouble)
            return
        self._trouble = None
        metrics.USAGE_READ_AT.set_to_current_time()
        _log.info("usage read", records=told.records, prices=told.prices)
        for notice in told.notices:
            _log.warning("a budget is used up so far", budget=notice.rule, notice=notice.id)


def _lines(told: Told) -> Iterator[str]:
    yield f"{told.records:,} usage records and {told.prices:,} message prices sent"
    yield from _notices(told)


def _notices(told: Told) -> Sequence[str]:
    return [f"notice: {each.rule} {each.account_sid}".rstrip() for each in told.notices]


def _day(text: str, option: str) -> date | None:
    return moment(text, option).date() if text else None


def _today() -> date:
    return datetime.now(UTC).date()


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
