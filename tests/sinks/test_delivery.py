"""The range protocol against a model of Kafka and ClickHouse in which anything may fail."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

import pytest
import stamina
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from pipeline.errors import PermanentError, UnavailableError
from pipeline.items.dead_letter import DeadLetter
from sinks.buffer import Buffer, Decoded
from sinks.delivery import Delivery
from sinks.load import Row
from sinks.ranges import Partition, Place, Range, read_intent

PARTITIONS = (Partition("a", 0), Partition("a", 1), Partition("b", 0))
RECORDS = 6
TABLE = "events_store"
FAULTS = ("crash before", "crash after", "lost answer", "half", "nothing", "phantom", None, None)


class CrashError(Exception):
    """The process dies here."""


class World:
    """What outlives a worker: committed offsets with metadata, stored rows, the token log.

    ``faults`` says what happens at each call: the process dies before or after its effect; or
    an insert's answer is lost after all, half or none of it happened, or (``phantom``) after
    the server logged the token and died with the rows.
    """

    def __init__(self, faults: Sequence[str | None]) -> None:
        self.committed: dict[Partition, tuple[int, str]] = {}
        self.rows: Counter[Row] = Counter()
        self.tokens: set[str] = set()
        self.completed: set[Range] = set()
        self._faults = iter(faults)

    def fault(self) -> str | None:
        return next(self._faults, None)

    async def commit(self, progress: Mapping[Partition, tuple[int, str]]) -> None:
        fault = self.fault()
        if fault == "crash before":
            raise CrashError
        self.committed.update(progress)
        if fault == "crash after":
            raise CrashError

    async def insert(self, table: str, rows: Sequence[Row], token: str) -> None:
        assert table == TABLE
        fault = self.fault()
        if fault == "crash before":
            raise CrashError
        if token in self.tokens:
            return  # as the server answers: a duplicate, whatever became of the rows
        if fault == "nothing":
            raise UnavailableError("refused")
        self.tokens.add(token)
        if fault == "phantom":
            raise UnavailableError("the server died with the rows")
        self.rows.update(rows[: len(rows) // 2] if fault == "half" else rows)
        if fault in {"half", "lost answer"}:
            raise UnavailableError("no answer")
        if fault == "crash after":
            raise CrashError

    async def held(self, table: str, within: Range) -> set[Place]:
        assert table == TABLE
        if self.fault() in {"crash before", "crash after"}:
            raise CrashError
        return {
            (offset, index)
            for topic, number, offset, index in self.rows
            if (topic, number) == (within.partition.topic, within.partition.number)
            and isinstance(offset, int) and within.first <= offset <= within.last
            and isinstance(index, int)
        }  # fmt: skip

    async def complete(self, table: str, within: Range) -> None:
        assert table == TABLE
        self.completed.add(within)

    async def send(self, letters: Sequence[DeadLetter]) -> None:
        assert not letters


@pytest.fixture(autouse=True, scope="module")
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(testing=True, attempts=100):
        yield


def all_rows() -> Counter[Row]:
    return Counter(
        row for partition in PARTITIONS for o in range(RECORDS) for row in rows(partition, o)
    )


def rows(partition: Partition, offset: int) -> list[Row]:
    return [(partition.topic, partition.number, offset, index) for index in range(offset % 3)]


async def work(world: World, nonces: Iterator[int], batch: int) -> None:
    """One worker's life: from what is committed to the end, in loads of ``batch`` records."""
    starts, intents = {}, {}
    for partition in PARTITIONS:
        offset, metadata = world.committed.get(partition, (0, ""))
        starts[partition] = offset
        intent = read_intent(metadata, partition)
        if intent:
            intents[partition] = intent
    buffer = Buffer(intents)
    delivery = Delivery(world, world, world, lambda: str(next(nonces)))
    while any(start < RECORDS for start in starts.values()) or buffer.since is not None:
        for partition, start in starts.items():
            for offset in range(start, min(start + batch, RECORDS)):
                buffer.add(Decoded(partition, offset, TABLE, rows(partition, offset), []), 0.0)
            starts[partition] = min(start + batch, RECORDS)
        await delivery.deliver(buffer.take(0.0))


@settings(max_examples=600, deadline=None)
@given(
    faults=st.lists(st.sampled_from(FAULTS), max_size=40),
    batches=st.lists(st.integers(1, RECORDS), min_size=1, max_size=8),
)
def test_every_row_is_stored_exactly_once_whatever_fails(
    faults: list[str | None], batches: list[int]
) -> None:
    world, nonces = World(faults), count()

    async def lives() -> None:
        for life in count():
            try:
                await work(world, nonces, batches[life % len(batches)])
            except CrashError:
                continue
            return

    asyncio.run(lives())
    assert world.rows == all_rows()
    assert world.committed == dict.fromkeys(PARTITIONS, (RECORDS, ""))


async def test_a_healthy_run_inserts_once_per_batch_under_the_plain_tokens() -> None:
    world = World([])
    await work(world, count(), RECORDS)
    assert world.tokens == {"v1|a|0|0-5;v1|a|1|0-5;v1|b|0|0-5"}
    assert world.completed == set()


async def test_a_lost_answer_completes_what_is_derived_without_a_second_insert() -> None:
    world = World([None, "lost answer"])
    await work(world, count(), RECORDS)
    assert world.completed == {Range(partition, 0, RECORDS - 1) for partition in PARTITIONS}
    assert len(world.tokens) == 1


async def test_what_will_never_work_stops_before_the_offset_moves() -> None:
    class Refusing(World):
        @override
        async def insert(self, table: str, rows: Sequence[Row], token: str) -> None:
            raise PermanentError(f"{table} {len(rows)} {token}")

    world = Refusing([])
    with pytest.raises(PermanentError):
        await work(world, count(), RECORDS)
    assert {offset for offset, _ in world.committed.values()} == {0}
    assert read_intent(world.committed[PARTITIONS[0]][1], PARTITIONS[0]) is not None
