"""What ClickHouse holds about a run, read through the analysts' views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from local.truth.rows import (
    CallRow,
    CellCounts,
    CellKey,
    ErrorRow,
    EventRow,
    FunnelCounts,
    FunnelKey,
    MessageRow,
    VerificationRow,
)
from local.truth.sql import load_sql
from local.truth.told import ToldRow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sized

    from local.truth.truth import Truth
    from pipeline.analyst import Analyst

#: Rows one answer should hold, below what analysts may ask for.
_CHUNK: Final = 100_000
_KEY_FIELDS: Final = len(CellKey._fields)
_FUNNEL_KEY_FIELDS: Final = len(FunnelKey._fields)


class Counts(NamedTuple):
    """How far the pipeline is with a run; ``windowed`` and ``unknown`` are messages."""

    events: int
    windowed: int
    unknown: int


class StoredEvent(NamedTuple):
    """A row of ``events``."""

    id: str
    row: EventRow
    account_sid: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Reads one run's rows; other runs may be in the same database."""

    analyst: Analyst
    truth: Truth

    async def counts(self) -> Counts:
        """Count without reading rows; events of other runs at the same time count too."""
        times = self.truth.event_times
        span = {"first_ms": times[0], "after_ms": times[-1] + 1} if times else _NO_TIME
        (row,) = await self.analyst.rows(load_sql("counts"), {**span, **self._accounts})
        return Counts(*row)

    async def events(self) -> AsyncIterator[StoredEvent]:
        """Every stored event in the run's span of time."""
        for first, after in spans(self.truth.event_times):
            parameters = {"first_ms": first, "after_ms": after}
            for event_id, *row, account in await self.analyst.rows(load_sql("events"), parameters):
                yield StoredEvent(event_id, EventRow(*row), account)

    async def messages(self) -> dict[str, MessageRow]:
        """The run's messages by their SIDs."""
        rows = self._by_key("messages", self.truth.messages)
        return {sid: MessageRow(*row) async for sid, *row in rows}

    async def attempts(self) -> dict[str, MessageRow]:
        """The run's attempts of Verify by their SIDs."""
        rows = self._by_key("attempts", self.truth.attempts)
        return {sid: MessageRow(*row) async for sid, *row in rows}

    async def verifications(self) -> dict[str, VerificationRow]:
        """The run's verifications by their SIDs."""
        rows = self._by_key("verifications", self.truth.verifications)
        found = {sid: VerificationRow(*row) async for sid, *row in rows}
        return {sid: row._replace(channels=tuple(row.channels)) for sid, row in found.items()}

    async def calls(self) -> dict[str, CallRow]:
        """The run's calls by their SIDs."""
        rows = self._by_key("calls", self.truth.calls)
        return {sid: CallRow(*row) async for sid, *row in rows}

    async def errors(self) -> dict[str, ErrorRow]:
        """The run's entries of the error log by their events' ids."""
        rows = self._by_key("errors", self.truth.errors)
        return {sid: ErrorRow(*row) async for sid, *row in rows}

    async def told(self) -> list[ToldRow]:
        """The outcomes told of the run's subjects."""
        return [ToldRow(*row) async for row in self._by_key("told", self.truth.messages)]

    async def windows(self) -> dict[CellKey, CellCounts]:
        """The run's cells that hold a message; emptied cells say nothing."""
        rows = await self.analyst.rows(load_sql("windows"), self._accounts)
        cells = ((CellKey(*row[:_KEY_FIELDS]), CellCounts(*row[_KEY_FIELDS:])) for row in rows)
        return {key: counts for key, counts in cells if any(counts)}

    async def funnel(self) -> dict[FunnelKey, FunnelCounts]:
        """The run's cells of the Verify funnel that hold a verification."""
        rows = await self.analyst.rows(load_sql("funnel"), self._accounts)
        return {
            FunnelKey(*row[:_FUNNEL_KEY_FIELDS]): FunnelCounts(*row[_FUNNEL_KEY_FIELDS:])
            for row in rows
        }

    async def _by_key(self, name: str, expected: Sized) -> AsyncIterator[tuple[Any, ...]]:
        parts = len(expected) // _CHUNK + 1
        for part in range(parts):
            parameters = {**self._accounts, "parts": parts, "part": part}
            for row in await self.analyst.rows(load_sql(name), parameters):
                yield tuple(row)

    @property
    def _accounts(self) -> dict[str, Any]:
        return {"accounts": self.truth.accounts}


_NO_TIME: Final = {"first_ms": 0, "after_ms": 0}


def spans(times: list[int], size: int = _CHUNK) -> Iterator[tuple[int, int]]:
    """Cut sorted times into [first, after) stretches of about ``size`` each."""
    starts = sorted({times[index] for index in range(0, len(times), size)})
    ends = [*starts[1:], times[-1] + 1] if times else []
    return iter(zip(starts, ends, strict=True))
