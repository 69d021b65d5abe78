"""Reads snapshots from ClickHouse's views and from Kafka."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.demo.snapshot import Deliveries, Snapshot
from local.demo.sql import load_sql
from pipeline.groups import consumed_topics
from pipeline.lag import total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.analyst import Analyst
    from pipeline.lag import LagReader

#: The seconds of sending that one bar stands for.
SLICE_MS: Final = 2_000


@dataclass(frozen=True, slots=True)
class SnapshotReader:
    """Reads what concerns one run: these accounts, from ``start_ms`` on."""

    analyst: Analyst
    lags: LagReader
    accounts: list[str]
    start_ms: int

    async def read(self) -> Snapshot:
        """Ask everything at once; UnavailableError when somebody does not answer."""
        windows, slices, totals, told, lag = await asyncio.gather(
            self._rows("windows", accounts=self.accounts),
            self._rows("slices", accounts=self.accounts, start_ms=self.start_ms, slice_ms=SLICE_MS),
            self._rows("totals", start_ms=self.start_ms),
            self._rows("told", accounts=self.accounts, start_ms=self.start_ms),
            self._lag(),
        )
        ((stored, newest_age_ms),) = totals
        return Snapshot(
            windows=_nested((start, country, counts) for start, country, *counts in windows),
            slices=_nested((country, number, counts) for number, country, *counts in slices),
            stored=stored,
            newest_age_ms=newest_age_ms,
            lag=lag,
            told=tuple(what for (what,) in told),
        )

    async def _rows(self, question: str, **parameters: object) -> Sequence[Sequence[Any]]:
        return await self.analyst.rows(load_sql(question), parameters)

    async def _lag(self) -> dict[str, int]:
        groups = consumed_topics()
        lags = await self.lags.read(groups)
        return {group: total(lags, group) for group in groups}


def _nested(rows: Iterable[tuple[Any, Any, list[int]]]) -> dict[Any, dict[Any, Deliveries]]:
    table = defaultdict[Any, dict[Any, Deliveries]](dict)
    for outer, inner, counts in rows:
        table[outer][inner] = Deliveries(*counts)
    return dict(table)
