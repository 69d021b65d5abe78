"""Deeds over crashes at any write, any answer that gets lost, and owners that take over."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence

import msgspec
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from processors.runtime.deeds import Deed, Result
from processors.runtime.fold import SourceRecord
from processors.runtime.partition import PartitionState
from processors.runtime.segments import Found, read_rows
from processors.runtime.writer import Writer
from tests.processors.runtime.acting import PAUSE_MS, JobFold, Word

SOURCE, OUT, CHANGELOG = "jobs", "out", "changelog"


class CrashError(Exception):
    """The process ends here."""


class World:
    """What outlives a worker: topics, a committed offset, and what was done."""

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}
        self.said: set[tuple[str, int, str]] = set()
        self.done: list[tuple[str, int]] = []
        self.committed = 0
        self.owner: object = None
        self.steps_left = 10**9
        self.now = 0

    @property
    def found(self) -> Found:
        return read_rows(self.rows.items()).get((SOURCE, 0), Found())

    def step(self) -> None:
        if self.steps_left == 0:
            raise CrashError
        self.steps_left -= 1

    async def send(
        self, _: str, key: bytes | None, value: bytes | None, __: int
    ) -> Awaitable[None]:
        self.step()
        if key is None and value is not None:
            words = msgspec.json.decode(value, type=list[Word])
            self.said |= {(word.job, word.attempt, word.state) for word in words}
        elif key is not None and value is not None:
            self.rows[key] = value
        elif key is not None:
            del self.rows[key]
        return asyncio.sleep(0)

    def perform(self, deed: Deed) -> bool | None:
        """Do it, or crash before, or between it and its answer; a first try may fail."""
        self.step()
        what, attempt = deed.what
        if what == "ask":
            return any(name == deed.id for name, _ in self.done)
        assert (deed.id, attempt, "begun") in self.said  # told before it was done
        if deed.id.startswith("twice") and attempt == 1:
            return None
        self.done.append((deed.id, attempt))
        self.step()
        return True


class Worker:
    """One life of a worker on one partition, as the runner leads it."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.owner = self
        self.fold = JobFold(OUT)
        self.state = PartitionState(SOURCE, 0, self.fold, 1)
        self.state.restore(world.found.rows)
        self.writer = Writer(world.send, self.commit, {OUT: 1})

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        if self.world.owner is not self:
            return False
        self.world.step()
        self.world.committed = offsets[TP(SOURCE, 0)]
        return True

    async def live(self, jobs: Sequence[str], size: int) -> None:
        """Fold what is left, flushing after every ``size`` records, until nothing is due."""
        assert await self.writer.take_over([self.state])
        self.perform(self.state.unfinished)
        for offset in range(self.state.fence.last + 1, len(jobs)):
            self.state.apply(SourceRecord(offset, 0, msgspec.json.encode([jobs[offset]])))
            if offset % size == 0:
                await self.flush()
        await self.flush()
        while (due := self.fold.due()) is not None:
            self.world.now = max(due, self.world.now)
            self.fold.tick(self.world.now)
            await self.flush()

    async def flush(self) -> bool:
        """Write until there is nothing more to write, for a result brings the next flush."""
        while flush := self.state.flush():
            if not await self.writer.write([flush], CHANGELOG):
                return False
            self.perform(flush.deeds)
        return True

    def perform(self, deeds: Sequence[Deed]) -> None:
        for deed in deeds:
            if self.fold.stands(deed):
                answer = self.world.perform(deed)
                self.fold.learn(Result(deed, "done", answer), self.world.now)


@given(
    st.lists(st.sampled_from(["a", "b", "c", "twice-a", "twice-b"]), min_size=1, max_size=12),
    st.integers(1, 4),
    st.lists(st.integers(0, 40), max_size=5),
)
def test_every_job_is_told_then_done_once_whatever_dies(
    jobs: list[str], size: int, crashes: list[int]
) -> None:
    asyncio.run(check(jobs, size, crashes))


async def check(jobs: list[str], size: int, crashes: list[int]) -> None:
    world = World()
    for steps in crashes:
        world.steps_left = steps
        try:
            await Worker(world).live(jobs, size)
        except CrashError:
            continue
    world.steps_left = 10**9
    worker = Worker(world)
    await worker.live(jobs, size)
    assert sorted(name for name, _ in world.done) == sorted(set(jobs))  # none twice, none forgotten
    assert {job.state for job in worker.fold.jobs.values()} == {"done"}
    assert {name for name, _, state in world.said if state == "done"} == set(jobs)
    assert world.committed == len(jobs)


async def test_a_paused_owner_is_handed_no_deed() -> None:
    world = World()
    paused = Worker(world)
    await paused.live(["a"], 1)
    successor = Worker(world)
    await successor.live(["a", "b"], 1)
    paused.state.apply(SourceRecord(1, 0, b'["b"]'))
    assert not await paused.flush()
    assert [name for name, _ in world.done] == ["a", "b"]
    assert not await paused.writer.confirm([paused.state])
    assert await successor.writer.confirm([successor.state])
    assert world.committed == 2


async def test_a_failure_is_tried_again_when_its_pause_is_over() -> None:
    world = World()
    await Worker(world).live(["twice-a"], 1)
    assert world.now == PAUSE_MS
    assert world.done == [("twice-a", 2)]
    states = sorted((attempt, state) for _, attempt, state in world.said)
    assert states == [(1, "begun"), (1, "waiting"), (2, "begun"), (2, "done")]


async def test_deeds_alone_make_a_row() -> None:
    fold = JobFold(OUT)
    state = PartitionState(SOURCE, 0, fold, 1)
    assert state.flush() is None
    fold.todo.append(Deed("again", ("do", 1), 5))
    flush = state.flush()
    assert flush is not None
    assert [deed.id for deed in flush.deeds] == ["again"]
    assert state.flush() is None
