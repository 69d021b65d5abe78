"""Compares hour by hour what Twilio lists with what is stored."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Final, Protocol

from operations.reconcile.cursor import Cursor
from operations.reconcile.gap import Gap, Stored, gap_of
from operations.reconcile.listed import Listed
from operations.reconcile.tally import Tally

STRETCH_S: Final = 3600

#: Pages of an account's messages sent within a span of epoch seconds.
Pages = Callable[[str, tuple[int, int]], AsyncIterator[list[Listed]]]


class Store(Protocol):
    """Where events were stored, and where backfilled ones go."""

    async def stored(self, account_sid: str, sids: Sequence[str]) -> dict[str, Stored]:
        """What is stored of these messages, by SID."""

    async def backfill(self, gaps: Sequence[Gap]) -> int:
        """Return the number of events when all of them are safe."""


class Reconciling:
    """``told`` hears of each gap, ``progress`` of how many stretches of how many are done."""

    def __init__(
        self,
        pages: Pages,
        store: Store,
        cursor: Cursor,
        told: Callable[[Gap], None],
        *,
        backfill: bool,
    ) -> None:
        self._pages = pages
        self._store = store
        self._cursor = cursor
        self._told = told
        self._backfill = backfill

    async def run(self, accounts: Sequence[str], progress: Callable[[int, int], None]) -> Tally:
        """Compare what the cursor says is left; what is done is noted."""
        spans = [
            (account, span)
            for account in accounts
            for span in stretches(self._cursor.start(account), self._cursor.end)
        ]
        for done, (account, span) in enumerate(spans):
            progress(done, len(spans))
            await self._compare(account, span)
            self._cursor.note(account, span[1])
        progress(len(spans), len(spans))
        self._cursor.forget()
        return self._cursor.tally

    async def _compare(self, account: str, span: tuple[int, int]) -> None:
        tally = self._cursor.tally
        async for page in self._pages(account, span):
            messages = [each for each in page if not each.is_inbound]
            stored = await self._store.stored(account, [each.sid for each in messages])
            gaps = [gap for each in messages if (gap := gap_of(each, stored.get(each.sid)))]
            if self._backfill and gaps:
                tally.events += await self._store.backfill(gaps)
            tally.messages += len(messages)
            for gap in gaps:
                tally.gaps[gap.kind] = tally.gaps.get(gap.kind, 0) + 1
                self._told(gap)


def stretches(start: int, end: int) -> Iterator[tuple[int, int]]:
    """An hour each, the last may be shorter."""
    for first in range(start, end, STRETCH_S):
        yield first, min(first + STRETCH_S, end)
