"""The order of steps that stores every range exactly once, whatever dies in between.

1. The intents are committed (offset unchanged, metadata = range).
2. Dead letters are acked.
3. The rows are inserted. Ranges that may have been inserted before, an insert whose answer was
   lost and rows that are refused are settled one by one (see ``settling``).
4. The offsets are committed.

A crash before 1 repeats the read; after 1, the next owner finds the intent and counts.
What needs no step before it (the inserts' bodies) can be made ahead, in ``prepare``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from pipeline.errors import UnavailableError
from sinks.errors import RefusedRowsError
from sinks.load import Load, Row
from sinks.ranges import Partition, Range, joint_token
from sinks.settling import Settling


class Offsets(Protocol):
    """Where progress is kept: per partition the next offset and a text."""

    async def commit(self, progress: Mapping[Partition, tuple[int, str]]) -> None:
        """Write down all of it in one step."""


class Delivery:
    """Delivers loads; what a plain insert can't do is left to ``settling``."""

    def __init__(self, offsets: Offsets, settling: Settling) -> None:
        self._offsets = offsets
        self._settling = settling

    @property
    def trouble(self) -> str | None:
        """Why ClickHouse does not take rows now, if so."""
        return self._settling.trouble

    @property
    def rows_allowed(self) -> int:
        """How many rows an insert may have now."""
        return self._settling.pace.rows

    async def prepare(self, loads: Sequence[Load]) -> dict[str, bytes]:
        """Make the bodies of the inserts to come, by table, maybe during another delivery."""
        bodies: dict[str, bytes] = {}
        for table, group in _by_table(loads).items():
            rows = _rows_of(_fresh(group))
            body = await self._settling.prepare(table, rows) if rows else None
            if body is not None:
                bodies[table] = body
        return bodies

    async def deliver(self, loads: Sequence[Load], bodies: Mapping[str, bytes]) -> None:
        """Store the loads (at most one per partition) and commit their offsets.

        ``bodies`` are what ``prepare`` made of the very same loads.
        """
        await self._offsets.commit({load.partition: _intent(load) for load in loads})
        await self._settling.letters.send([letter for load in loads for letter in load.letters])
        for table, group in _by_table(loads).items():
            await self._store_table(table, group, bodies.get(table))
        await self._offsets.commit({load.partition: _progress(load) for load in loads})

    async def _store_table(self, table: str, loads: Sequence[Load], body: bytes | None) -> None:
        fresh = _fresh(loads)
        uncertain = [load for load in loads if load.until is not None]
        if not await self._insert_at_once(table, fresh, body):
            uncertain.extend(fresh)
        for load in uncertain:
            await self._settling.settle(load)

    async def _insert_at_once(self, table: str, loads: Sequence[Load], body: bytes | None) -> bool:
        rows = _rows_of(loads)
        if not rows:
            return True
        token = joint_token([load.range for load in loads])
        try:
            await self._settling.insert(table, rows, token, body)
        except (UnavailableError, RefusedRowsError):
            return False
        return True


def _fresh(loads: Sequence[Load]) -> list[Load]:
    """Those of which nothing can be stored already."""
    return [load for load in loads if load.until is None]


def _rows_of(loads: Sequence[Load]) -> list[Row]:
    return [row for load in loads for row in load.rows]


def _intent(load: Load) -> tuple[int, str]:
    whole = Range(load.partition, load.range.first, max(load.range.last, load.until or 0))
    return load.range.first, whole.token


def _progress(load: Load) -> tuple[int, str]:
    rest = load.rest_of_intent()
    return load.next_offset, rest.token if rest else ""


def _by_table(loads: Sequence[Load]) -> dict[str, list[Load]]:
    groups: defaultdict[str, list[Load]] = defaultdict(list)
    for load in loads:
        groups[load.table].append(load)
    return groups
