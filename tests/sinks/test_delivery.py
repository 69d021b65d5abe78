"""The range protocol against a model of Kafka and ClickHouse in which anything may fail."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import stamina
from aiokafka.errors import CommitFailedError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from typing_extensions import override

from pipeline.errors import PermanentError
from sinks.ranges import Range, read_intent
from tests.sinks.model import (
    ALL_ROWS,
    FAULTS,
    PARTITIONS,
    RECORDS,
    Sink,
    World,
    element,
    record,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from sinks.load import Row

BATCHES = st.integers(1, RECORDS)


@pytest.fixture(autouse=True, scope="module")
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(testing=True, attempts=1_000):
        stamina.instrumentation.set_on_retry_hooks([])
        yield
        stamina.instrumentation.set_on_retry_hooks(None)


class AnythingMayFail(RuleBasedStateMachine):
    """Sinks come, die, are paused and taken over; each row ends up stored once all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = World()
        self.sinks: list[Sink] = []

    @initialize(
        odd=st.frozensets(st.sampled_from(ALL_ROWS), max_size=2),
        poison=st.frozensets(st.sampled_from(ALL_ROWS), max_size=3),
        batch=BATCHES,
    )
    def begin(self, odd: frozenset[Row], poison: frozenset[Row], batch: int) -> None:
        self.world.odd = odd - poison
        self.world.poison = poison
        self.take_over([list(PARTITIONS)], batch)

    def run_loop(self, work: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(work)

    def take_over(self, shares: list[list[Any]], batch: int) -> None:
        async def start() -> None:
            for share in shares:
                sink = Sink(self.world, share, batch)
                await sink.settle_down()
                if not sink.task.done():  # else there was nothing left to do
                    self.sinks.append(sink)

        self.run_loop(start())

    def go_on(self, sink: Sink, fault: str = "") -> None:
        async def step() -> None:
            sink.answer(fault)
            await sink.settle_down()

        self.run_loop(step())
        if sink.task.done():
            self.sinks.remove(sink)
            if not sink.task.cancelled() and (error := sink.task.exception()) is not None:
                assert isinstance(error, (PermanentError, CommitFailedError)), error

    @precondition(lambda self: self.sinks)
    @rule(which=st.integers(0, 9), steps=st.integers(1, 6))
    def goes_well(self, which: int, steps: int) -> None:
        for _ in range(steps):
            if self.sinks:
                self.go_on(self.sinks[which % len(self.sinks)])

    @precondition(lambda self: self.sinks)
    @rule(which=st.integers(0, 9), fault=st.sampled_from(FAULTS))
    def goes_wrong(self, which: int, fault: str) -> None:
        self.go_on(self.sinks[which % len(self.sinks)], fault)

    @precondition(lambda self: self.sinks)
    @rule(which=st.integers(0, 9), after=st.booleans(), late=st.booleans())
    def dies(self, which: int, after: bool, late: bool) -> None:
        sink = self.sinks.pop(which % len(self.sinks))
        self.end(sink, after=after, late=late)

    def end(self, sink: Sink, *, after: bool, late: bool) -> None:
        async def kill() -> None:
            sink.die(after=after, late=late)
            await asyncio.wait({sink.task})

        self.run_loop(kill())

    @rule(first=st.integers(0, len(PARTITIONS)), batch=BATCHES)
    def is_rebalanced(self, first: int, batch: int) -> None:
        """New owners; the old ones don't know it yet and are at work."""
        shares = [list(PARTITIONS[:first]), list(PARTITIONS[first:])]
        self.take_over([share for share in shares if share], batch)

    @precondition(lambda self: self.world.in_flight)
    @rule()
    def lands_late(self) -> None:
        self.world.land()

    @override
    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            self.loop.close()
        self.check()

    def finish(self) -> None:
        """All end but one new sink, which has no more trouble."""
        while self.sinks:
            self.end(self.sinks.pop(), after=False, late=False)
        self.take_over([list(PARTITIONS)], RECORDS)
        while self.sinks:
            self.go_on(self.sinks[0])

    def check(self) -> None:
        world, healthy = self.world, set(ALL_ROWS) - self.world.poison
        assert set(world.rows) == healthy
        # What a dead or overtaken sink had on its way may be there twice: the views collapse it.
        assert {row for row, times in world.rows.items() if times > 1} <= world.late
        letters = {(*row, element(row)) for row in world.poison}
        assert set(world.letters) == letters | {record(row) for row in world.odd}
        assert world.committed == dict.fromkeys(PARTITIONS, (RECORDS, ""))


AnythingMayFail.TestCase.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None
)
TestAnythingMayFail = AnythingMayFail.TestCase


async def live(world: World, *faults: str) -> Sink:
    """One sink's whole life; the faults befall its inserts one after the other."""
    sink = Sink(world, PARTITIONS, RECORDS)
    left = list(faults)
    await sink.settle_down()
    while not sink.task.done():
        assert sink.pending is not None
        sink.answer(left.pop(0) if left and sink.pending.kind == "insert" else "")
        await sink.settle_down()
    return sink


async def test_a_healthy_run_inserts_once_per_batch_under_the_plain_tokens() -> None:
    world = World()
    await (await live(world)).task
    assert world.tokens == {"v1|a|0|0-5;v1|a|1|0-5;v1|b|0|0-5"}
    assert world.completed == set()


async def test_a_lost_answer_completes_what_is_derived_without_a_second_insert() -> None:
    world = World()
    await (await live(world, "lost answer")).task
    assert world.completed == {Range(partition, 0, RECORDS - 1) for partition in PARTITIONS}
    assert world.inserts == 1


async def test_what_will_never_work_stops_before_the_offset_moves() -> None:
    world = World()
    with pytest.raises(PermanentError, match="nobody has seen"):
        await (await live(world, "unknown")).task
    assert {offset for offset, _ in world.committed.values()} == {0}
    assert read_intent(world.committed[PARTITIONS[0]][1], PARTITIONS[0]) is not None


async def test_one_refused_row_costs_its_neighbours_nothing() -> None:
    world = World(poison=frozenset({("a", 1, 4, 0)}))
    await (await live(world)).task
    assert world.rows == Counter(set(ALL_ROWS) - world.poison)
    assert world.letters == {("a", 1, 4, 0, b'["a",1,4,0]'): 1}


async def test_a_table_that_refuses_everything_is_not_emptied_into_the_dead_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sinks.settling._MOST_REFUSED", 3)
    world = World(poison=frozenset(ALL_ROWS))
    with pytest.raises(PermanentError, match="the table is at fault"):
        await (await live(world)).task
    assert not world.letters
    assert {offset for offset, _ in world.committed.values()} == {0}
