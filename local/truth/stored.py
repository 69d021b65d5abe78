"""What ClickHouse holds about a run, read through the analysts' views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from local.truth.rows import CellCounts, CellKey, EventRow, MessageRow
from local.truth.sql import load_sql

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from local.analyst import Analyst
    from local.truth.truth import Truth

#: Rows one answer should hold, below what analysts may ask for.
_CHUNK: Final = 100_000
_KEY_FIELDS: Final = len(CellKey._fields)


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
        parts = len(self.truth.messages) // _CHUNK + 1
        found = dict[str, MessageRow]()
        for part in range(parts):
            parameters = {**self._accounts, "parts": parts, "part": part}
            rows = await self.analyst.rows(load_sql("messages"), parameters)
            found |= {sid: MessageRow(*row) for sid, *row in rows}
        return found

    async def windows(self) -> dict[CellKey, CellCounts]:
        """The run's cells that hold a message; emptied cells say nothing."""
        rows = await self.analyst.rows(load_sql("windows"), self._accounts)
        cells = ((CellKey(*row[:_KEY_FIELDS]), CellCounts(*row[_KEY_FIELDS:])) for row in rows)
        return {key: counts for key, counts in cells if any(counts)}

    @property
    def _accounts(self) -> dict[str, Any]:
        return {"accounts": self.truth.accounts}


_NO_TIME: Final = {"first_ms": 0, "after_ms": 0}


def spans(times: list[int], size: int = _CHUNK) -> Iterator[tuple[int, int]]:
    """Cut sorted times into [first, after) stretches of about ``size`` each."""
    starts = sorted({times[index] for index in range(0, len(times), size)})
    ends = [*starts[1:], times[-1] + 1] if times else []
    return iter(zip(starts, ends, strict=True))
