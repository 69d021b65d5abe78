"""Stores the ranges for which a plain insert is not enough, and only what is missing of them.

Whatever happened before, the store is asked what it holds before each try, and each try has a
token of its own: one that was used may stand for rows that were lost. Rows that are refused are
split until the guilty ones are alone; those become dead letters. A crash in the middle changes
nothing: the next owner finds the intent and starts the same way, and a letter that is told twice
names the same origin.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

import stamina

from pipeline import metrics
from pipeline.errors import PermanentError, UnavailableError
from pipeline.items.dead_letter import DeadLetter
from sinks.errors import OverloadedError, RefusedRowsError
from sinks.load import Load, Row, missing, place_of
from sinks.pace import Pace
from sinks.ranges import Place, Range
from sinks.refusals import letter_about_record, letter_about_row

_LONGEST_WAIT_SECONDS: Final = 15.0
#: So many refused rows without one stored in between, and the table is at fault, not the rows.
_MOST_REFUSED: Final = 100


class Store(Protocol):
    """Where rows go.

    Its calls raise UnavailableError when trying again may help, and RefusedRowsError when the
    rows are at fault. After either, all, some or none of the rows may be there.
    """

    async def prepare(self, table: str, rows: Sequence[Row]) -> bytes | None:
        """What can be made of their insert ahead of it, for ``insert``; never raises for them."""

    async def insert(
        self, table: str, rows: Sequence[Row], token: str, body: bytes | None = None
    ) -> None:
        """Insert in one statement; ``body`` is what ``prepare`` made of the same rows."""

    async def held(self, table: str, within: Range) -> Collection[Place]:
        """The places within the range that have a row."""

    async def complete(self, table: str, within: Range) -> None:
        """Derive again what is derived from the rows of a range that was stored in pieces."""


class Letters(Protocol):
    """Where dead letters go."""

    async def send(self, letters: Sequence[DeadLetter]) -> None:
        """Return when all of them are safe."""


class Settling:
    """Settles loads; ``nonce`` gives a text never given before."""

    def __init__(
        self, store: Store, letters: Letters, pace: Pace, nonce: Callable[[], str]
    ) -> None:
        self._store = store
        self.letters = letters
        self.pace = pace
        self._nonce = nonce
        self._refused_in_a_row = 0
        #: What ClickHouse said when it could not take rows; None while it does.
        self.trouble: str | None = None

    async def prepare(self, table: str, rows: Sequence[Row]) -> bytes | None:
        """Make ready for ``insert`` what can be."""
        return await self._store.prepare(table, rows)

    async def insert(
        self, table: str, rows: Sequence[Row], token: str, body: bytes | None = None
    ) -> None:
        """One insert at the present pace; raises as the store does."""
        await self.pace.wait()
        with self._watched():
            await self._store.insert(table, rows, token, body)
        self.pace.recover()
        self._refused_in_a_row = 0

    async def settle(self, load: Load) -> None:
        """Store what is missing of the load, however long ClickHouse is away.

        PermanentError when it refuses for a reason that is not in single rows.
        """
        refused = await self._store_rows(load, load.rows) if load.rows else []
        refused += await self._complete(load, load.range)
        await self.letters.send(refused)

    async def _store_rows(self, load: Load, rows: Sequence[Row]) -> list[DeadLetter]:
        """Store them, split as far as needed; the letters are about those that can't be."""
        try:
            await self._patiently(lambda: self._add_missing(load, rows))
        except RefusedRowsError as error:
            if len(rows) == 1:
                return await self._give_up(load, rows[0], error)
        else:
            return []
        middle = len(rows) // 2
        return [
            *await self._store_rows(load, rows[:middle]),
            *await self._store_rows(load, rows[middle:]),
        ]

    async def _add_missing(self, load: Load, rows: Sequence[Row]) -> None:
        lacking = missing(rows, await self._held(load, rows))
        if len(rows) == len(load.rows):
            metrics.SINK_RECOVERED_RANGES.labels(held=_share(rows, lacking)).inc()
        while lacking:
            piece, lacking = lacking[: self.pace.rows], lacking[self.pace.rows :]
            await self.insert(load.table, piece, _span(load, piece).fresh_token(self._nonce()))

    async def _give_up(self, load: Load, row: Row, error: RefusedRowsError) -> list[DeadLetter]:
        held: list[Collection[Place]] = []

        async def look() -> None:
            held.append(await self._held(load, [row]))

        await self._patiently(look)
        if place_of(row) in held[-1]:
            return []  # it is stored; what a view makes of it is found when it is completed
        self._refused_in_a_row += 1
        if self._refused_in_a_row >= _MOST_REFUSED:
            raise PermanentError(
                f"{self._refused_in_a_row} rows in a row were refused, so the table is at fault "
                f"and not they: compare {load.table} with the migrations ({error})"
            )
        return [letter_about_row(load, row, error.cause)]

    async def _complete(self, load: Load, within: Range) -> list[DeadLetter]:
        """Complete what is derived; the letters are about records that a view refuses."""
        try:
            await self._patiently(lambda: self._complete_once(load.table, within))
        except RefusedRowsError as error:
            if within.first == within.last:
                return [letter_about_record(load, within.first, error.cause)]
        else:
            return []
        middle = (within.first + within.last) // 2
        return [
            *await self._complete(load, Range(within.partition, within.first, middle)),
            *await self._complete(load, Range(within.partition, middle + 1, within.last)),
        ]

    async def _complete_once(self, table: str, within: Range) -> None:
        with self._watched():
            await self._store.complete(table, within)

    async def _held(self, load: Load, rows: Sequence[Row]) -> Collection[Place]:
        with self._watched():
            return await self._store.held(load.table, _span(load, rows))

    async def _patiently(self, call: Callable[[], Awaitable[None]]) -> None:
        async for attempt in stamina.retry_context(
            on=UnavailableError, attempts=None, timeout=None, wait_max=_LONGEST_WAIT_SECONDS
        ):
            with attempt:
                await call()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except UnavailableError as error:
            self._note(error)
            raise
        except RefusedRowsError:
            metrics.SINK_ERRORS.labels(kind="refused_rows").inc()
            raise
        self.trouble = None

    def _note(self, error: UnavailableError) -> None:
        overloaded = isinstance(error, OverloadedError)
        metrics.SINK_ERRORS.labels(kind="overloaded" if overloaded else "passing").inc()
        metrics.SINK_RETRIES.inc()
        self.trouble = str(error)
        if isinstance(error, OverloadedError):
            self.pace.slow(error)


def _span(load: Load, rows: Sequence[Row]) -> Range:
    """From the first to the last of these records; rows are in the order of the partition."""
    return Range(load.partition, place_of(rows[0])[0], place_of(rows[-1])[0])


def _share(rows: Sequence[Row], lacking: Sequence[Row]) -> str:
    if not lacking:
        return "all"
    return "none" if len(lacking) == len(rows) else "some"
