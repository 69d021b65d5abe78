"""A crash between any two writes of a flush, and late writes of a paused owner."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence

import msgspec
import pytest
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from processors.runtime.fold import SourceRecord
from processors.runtime.partition import PartitionState
from processors.runtime.segments import Found, read_rows
from processors.runtime.writer import Writer
from tests.processors.runtime.counting import ROUND, CountingFold

SOURCE, OUT, CHANGELOG = "words", "out", "changelog"


class CrashError(Exception):
    """The process ends here."""


class World:
    """What outlives a worker: topics and a committed offset."""

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}
        self.totals: dict[str, tuple[int, int]] = {}
        self.news: dict[str, set[int]] = {}
        self.committed = 0
        self.log: list[str] = []
        self.writes_left = 10**9
        self.owner: object = None

    @property
    def found(self) -> Found:
        return read_rows(self.rows.items()).get((SOURCE, 0), Found())

    def spend(self, what: str) -> None:
        if self.writes_left == 0:
            raise CrashError
        self.writes_left -= 1
        self.log.append(what)

    async def send(
        self, topic: str, key: bytes | None, value: bytes | None, _: int
    ) -> Awaitable[None]:
        if topic == CHANGELOG and key is not None:
            self.change(key, value)
        elif value is not None:
            self.emit(value)
        return asyncio.sleep(0)

    def change(self, key: bytes, value: bytes | None) -> None:
        self.spend("row" if value else "deletion")
        if value is None:
            del self.rows[key]
        else:
            self.rows[key] = value

    def emit(self, value: bytes) -> None:
        items = msgspec.json.decode(value)
        self.spend("news" if "id" in items[0] else "items")
        for item in items:
            if "id" in item:
                self.news.setdefault(item["id"], set()).add(item["at"])
            else:
                known = self.totals.get(item["word"], (-1, 0))
                self.totals[item["word"]] = max(known, (item["version"], item["count"]))


class Worker:
    """One life of a worker on one partition."""

    def __init__(self, world: World, clock: int) -> None:
        self.world = world
        self.clock = clock
        world.owner = self
        self.state = PartitionState(SOURCE, 0, CountingFold(OUT, 0), 1)
        self.state.restore(world.found.rows)
        self.writer = Writer(world.send, self.commit, {OUT: 1})

    async def start(self) -> None:
        assert await self.writer.take_over([self.state])

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        if self.world.owner is not self:
            return False
        self.world.spend("commit")
        self.world.committed = offsets[TP(SOURCE, 0)]
        return True

    async def read(self, words: Sequence[str], size: int) -> None:
        """Fold the records from the committed offset on, with a flush after every ``size``."""
        for offset in range(self.world.committed, len(words)):
            if offset > self.state.fence.last:
                self.fold(words, offset)
            if offset % size == 0:
                await self.flush()
        self.state.fold.advance(self.clock)
        await self.flush()

    def fold(self, words: Sequence[str], offset: int) -> None:
        self.state.apply(SourceRecord(offset, 0, msgspec.json.encode([words[offset]] * 8)))

    async def flush(self) -> bool:
        flush = self.state.flush()
        return flush is not None and await self.writer.write([flush], CHANGELOG)


async def live(world: World, words: Sequence[str], size: int, clock: int) -> Worker:
    worker = Worker(world, clock)
    await worker.start()
    await worker.read(words, size)
    return worker


async def one_flush() -> World:
    world = World()
    worker = Worker(world, 1)
    for offset in range(ROUND // 8):
        worker.fold("a" * ROUND, offset)
    await worker.flush()
    return world


async def test_each_step_waits_for_the_one_before() -> None:
    world = await one_flush()
    assert world.log == ["items", "row", "commit", "news"]


@given(
    st.lists(st.sampled_from("abc"), min_size=6, max_size=40),
    st.integers(1, 5),
    st.lists(st.integers(0, 25), max_size=4),
)
def test_a_crash_at_any_write_loses_and_repeats_nothing(
    words: list[str], size: int, crashes: list[int]
) -> None:
    asyncio.run(check_crashes(words, size, crashes))


async def check_crashes(words: list[str], size: int, crashes: list[int]) -> None:
    world = World()
    for clock, writes in enumerate(crashes):
        world.writes_left = writes
        try:
            await live(world, words, size, clock)
        except CrashError:
            continue
    world.writes_left = 10**9
    worker = await live(world, words, size, len(crashes))
    truth = Counter({word: 8 * number for word, number in Counter(words).items()})
    assert {word: count for word, (_, count) in world.totals.items()} == truth
    assert world.news.keys() == expected_news(truth)
    assert all(len(times) == 1 for times in world.news.values())  # repeated, it is the same bytes
    assert world.committed == worker.state.fence.last + 1 == len(words)


def expected_news(truth: Counter[str]) -> set[str]:
    rounds = {
        f"0/{word}/{count}" for word in truth for count in range(ROUND, truth[word] + 1, ROUND)
    }
    return rounds | {f"0/{word}/rests" for word in truth}


@pytest.mark.parametrize("writes", range(4))
async def test_what_a_dead_owner_had_not_said_its_successor_says(writes: int) -> None:
    world = World()
    world.writes_left = writes
    with pytest.raises(CrashError):
        await live(world, "aaaaa", 100, clock=1)
    world.writes_left = 10**9
    await live(world, "aaaaa", 100, clock=2)
    assert world.news.keys() == {"0/a/40", "0/a/rests"}


async def test_a_paused_owner_announces_and_deletes_nothing() -> None:
    world = World()
    paused = await live(world, "ab", 1, clock=1)
    successor = await live(world, "abc", 1, clock=2)
    before, log = dict(world.news), len(world.log)
    paused.fold("abcccc", 2)
    paused.state.fold.advance(99)  # it takes "c" for resting: it does not see what comes
    assert not await paused.flush()
    assert world.news == before
    assert world.log[log:] == ["items", "row"]
    successor.fold("abcc", 3)
    assert await successor.flush()
    third = await live(world, "abcc", 1, clock=3)
    assert third.state.fence.last == 3
    assert 99 not in {time for times in world.news.values() for time in times}


async def test_what_only_the_clock_changed_is_written_too() -> None:
    world = World()
    worker = await live(world, "ab", 1, clock=1)
    rows, committed = len(world.rows), world.committed
    worker.state.fold.advance(5)
    assert not await worker.flush()  # nothing changed
    assert len(world.rows) == rows
    assert world.committed == committed
    assert {"0/a/rests", "0/b/rests"} <= world.news.keys()
    again = PartitionState(SOURCE, 0, CountingFold(OUT, 0), 9)
    again.restore(world.found.rows)
    again.fold.advance(9)
    assert not list(again.fold.announcements())  # the state remembers that it was said
