"""One look at what accounts used and what their messages cost, told on Kafka."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

import msgspec

from operations.reconcile.listing import message_pages
from operations.usage.budget import ALL, budget_notices, spend_of
from operations.usage.reading import price_of, usage_pages
from pipeline import metrics
from pipeline.items.alert import Notice
from pipeline.items.usage_record import UsageRecord
from pipeline.settings import UsageSettings
from pipeline.topics import ALERTS, MESSAGE_PRICES, USAGE
from pipeline.twilio.api import TwilioApi
from pipeline.twilio.calling import Caller

#: The one partition's key: of a topic with one partition any does.
_ANY: Final = ""


class Send(Protocol):
    """Where items go: it returns when they are safe."""

    async def send(self, topic: str, keyed: Iterable[tuple[str, bytes]]) -> int:
        """Send items by key, and return their number."""


class Told(msgspec.Struct):
    """What a round sent."""

    records: int = 0
    prices: int = 0
    notices: list[Notice] = []


class Rounds:
    """Looks at accounts as often as it is asked to; what has not changed is sent once.

    ``clock`` gives epoch milliseconds.
    """

    def __init__(
        self, api: TwilioApi, send: Send, settings: UsageSettings, clock: Callable[[], int]
    ) -> None:
        self._api = api
        self._send = send
        self._settings = settings
        self._clock = clock
        self._sent: dict[tuple[str, date, str], UsageRecord] = {}
        self._noticed: set[str] = set()

    async def usage(self, accounts: Sequence[str], days: tuple[date, date], told: Told) -> None:
        """Send what was used on these days, the last included, and notices of budgets.

        Raises as ``Caller`` and ``Sending`` do; what was sent by then stays.
        """
        everything: list[UsageRecord] = []
        for account in accounts:
            client, caller = self._api.client(account), Caller(account)
            async for page in usage_pages(client, account, caller, days, self._clock()):
                told.records += await self._send_changed(page)
                everything += page
        for notice in self._due(everything, days[1]):
            await self._send.send(ALERTS, [(_ANY, msgspec.json.encode(notice))])
            self._noticed.add(notice.id)
            told.notices.append(notice)

    async def prices(self, account: str, span: tuple[int, int], told: Told) -> None:
        """Send the prices of an account's messages sent within ``span`` (epoch seconds)."""
        client, caller = self._api.client(account), Caller(account)
        async for page in message_pages(client, account, caller, span):
            priced = [price for each in page if (price := price_of(each, self._clock()))]
            items = [(each.message_sid, msgspec.json.encode(each)) for each in priced]
            told.prices += await self._send.send(MESSAGE_PRICES, items)
            metrics.USAGE_ITEMS.labels(topic=MESSAGE_PRICES).inc(len(items))

    async def _send_changed(self, records: Iterable[UsageRecord]) -> int:
        changed = {_key(each): each for each in records if self._is_new(each)}
        items = [(_ANY, msgspec.json.encode(each)) for each in changed.values()]
        count = await self._send.send(USAGE, items)
        metrics.USAGE_ITEMS.labels(topic=USAGE).inc(count)
        self._sent |= changed
        return count

    def _is_new(self, record: UsageRecord) -> bool:
        before = self._sent.get(_key(record))
        return before is None or msgspec.structs.replace(record, read_at=before.read_at) != before

    def _due(self, records: Sequence[UsageRecord], today: date) -> list[Notice]:
        settings = self._settings
        budgets = {**settings.budgets, **({ALL: settings.budget} if settings.budget else {})}
        spend = spend_of(records, today)
        shares = [Decimal(str(share)) for share in settings.budget_shares]
        due = budget_notices(spend, budgets, shares, settings.severity)
        return [each for each in due if each.id not in self._noticed]


def _key(record: UsageRecord) -> tuple[str, date, str]:
    return record.account_sid, record.day, record.category
