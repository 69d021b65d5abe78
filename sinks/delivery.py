"""The order of steps that stores every range exactly once, whatever dies in between.

1. The intents are committed (offset unchanged, metadata = range).
2. Dead letters are acked.
3. The rows are inserted. A range that may have been inserted before, or an insert whose answer
   was lost, is counted first: what is there stays, what is missing goes in under a fresh token.
4. The offsets are committed.

A crash before 1 repeats the read; after 1, the next owner finds the intent and counts.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Protocol

import stamina

from pipeline import metrics
from pipeline.errors import UnavailableError
from pipeline.items.dead_letter import DeadLetter
from sinks.load import Load, Row
from sinks.ranges import Partition, Place, Range, joint_token

_LONGEST_WAIT_SECONDS: Final = 15.0


class Offsets(Protocol):
    """Where progress is kept: per partition the next offset and a text."""

    async def commit(self, progress: Mapping[Partition, tuple[int, str]]) -> None:
        """Write down all of it in one step."""


class Store(Protocol):
    """Where rows go. Its calls raise UnavailableError when trying again may help."""

    async def insert(self, table: str, rows: Sequence[Row], token: str) -> None:
        """Insert; after UnavailableError all, some or none of the rows are there."""

    async def held(self, table: str, within: Range) -> Collection[Place]:
        """The places within the range that have a row."""

    async def complete(self, table: str, within: Range) -> None:
        """Derive again what is derived from the rows of a range that was stored in pieces."""


class Letters(Protocol):
    """Where dead letters go."""

    async def send(self, letters: Sequence[DeadLetter]) -> None:
        """Return when all of them are safe."""


class Delivery:
    """Delivers loads; ``nonce`` gives a text never given before."""

    def __init__(
        self, offsets: Offsets, store: Store, letters: Letters, nonce: Callable[[], str]
    ) -> None:
        self._offsets = offsets
        self._store = store
        self._letters = letters
        self._nonce = nonce

    async def deliver(self, loads: Sequence[Load]) -> None:
        """Store the loads (at most one per partition) and commit their offsets."""
        await self._offsets.commit({load.partition: _intent(load) for load in loads})
        await self._letters.send([letter for load in loads for letter in load.letters])
        for table, group in _by_table(loads).items():
            await self._store_table(table, group)
        await self._offsets.commit({load.partition: _progress(load) for load in loads})

    async def _store_table(self, table: str, loads: Sequence[Load]) -> None:
        fresh = [load for load in loads if load.until is None]
        uncertain = [load for load in loads if load.until is not None]
        if not await self._insert_at_once(table, fresh):
            uncertain.extend(fresh)
        for load in uncertain:
            await self._settle(load)

    async def _insert_at_once(self, table: str, loads: Sequence[Load]) -> bool:
        rows = [row for load in loads for row in load.rows]
        if not rows:
            return True
        token = joint_token([load.range for load in loads])
        try:
            await self._store.insert(table, rows, token)
        except UnavailableError:
            metrics.SINK_RETRIES.inc()
            return False
        return True

    async def _settle(self, load: Load) -> None:
        async for attempt in stamina.retry_context(
            on=UnavailableError, attempts=None, timeout=None, wait_max=_LONGEST_WAIT_SECONDS
        ):
            with attempt:
                await self._add_missing(load)

    async def _add_missing(self, load: Load) -> None:
        missing = load.missing(await self._store.held(load.table, load.range))
        metrics.SINK_RECOVERED_RANGES.labels(held=_held(load, missing)).inc()
        if missing:
            await self._store.insert(load.table, missing, load.range.fresh_token(self._nonce()))
        await self._store.complete(load.table, load.range)


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


def _held(load: Load, missing: Sequence[Row]) -> str:
    if not missing:
        return "all"
    return "none" if len(missing) == len(load.rows) else "some"
