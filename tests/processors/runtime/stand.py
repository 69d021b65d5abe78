"""One counting application's surroundings: topics of its own, and ways to feed and to read it."""

import asyncio
import subprocess
import sys
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from local.ports import free_port
from pipeline.settings import KafkaSettings, load
from pipeline.topics import partition_counts
from tests.processors.runtime.counting import ROUND

PARTITIONS = 4
WORDS = [f"word-{number}" for number in range(50)]
PROGRAM = Path(__file__).with_name("counting.py")


@dataclass
class Run:
    """One application on topics of its own, with what was sent to it."""

    bootstrap: str
    folder: Path
    name: str = field(default_factory=lambda: f"counting-{uuid.uuid4().hex[:8]}")
    sent: Counter[tuple[int, str]] = field(default_factory=Counter)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def source(self) -> str:
        return f"{self.name}-in"

    @property
    def out(self) -> str:
        return f"{self.name}-out"

    def start(self, program: Path = PROGRAM) -> subprocess.Popen[bytes]:
        log = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        arguments = [self.bootstrap, self.name, self.source, self.out, str(free_port())]
        worker = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, str(program), *arguments], stdout=log, stderr=log
        )
        log.close()
        self.workers.append(worker)
        return worker

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


def words_of(number: int) -> list[str]:
    return [WORDS[(number * 7 + shift) % len(WORDS)] for shift in range(3)]


async def produce(run: Run, records: int, *, pause: float = 0.0) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=run.bootstrap, acks="all")
    await producer.start()
    for number in range(records):
        partition = number % PARTITIONS
        words = words_of(number)
        run.sent.update((partition, word) for word in words)
        await producer.send(run.source, msgspec.json.encode(words), partition=partition)
        if number % 20 == 0:
            await asyncio.sleep(pause)
    await producer.stop()


@dataclass
class Emitted:
    """What was emitted: of each (partition, word) the value of the highest version, and news."""

    totals: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    news: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def counts(self) -> Counter[tuple[int, str]]:
        return Counter({place: number for place, (_, number) in self.totals.items()})

    @property
    def rounds(self) -> dict[str, set[int]]:
        """The news that follow from the records alone."""
        return {name: at for name, at in self.news.items() if not name.endswith("/rests")}

    def add(self, item: dict[str, Any]) -> None:
        if "id" in item:
            self.news[item["id"]].add(item["at"])
            return
        place = (item["partition"], item["word"])
        known = self.totals.get(place, (-1, 0))
        self.totals[place] = max(known, (item["version"], item["count"]))

    def is_all_of(self, sent: Counter[tuple[int, str]]) -> bool:
        """Whether the counts are the truth, and all that is to be announced was."""
        rest = {f"{partition}/{word}/rests" for partition, word in sent}
        return self.counts == sent and (rest | rounds_of(sent)) <= self.news.keys()


def rounds_of(sent: Counter[tuple[int, str]]) -> set[str]:
    return {
        f"{partition}/{word}/{number}"
        for (partition, word), count in sent.items()
        for number in range(ROUND, count + 1, ROUND)
    }


@asynccontextmanager
async def emitted_by(run: Run) -> AsyncIterator[Callable[[], Awaitable[Emitted]]]:
    """Read what was emitted so far, again and again."""
    async with reading(run, run.out) as read:
        emitted = Emitted()

        async def catch_up() -> Emitted:
            for value in await read():
                for item in msgspec.json.decode(value):
                    emitted.add(item)
            return emitted

        yield catch_up


@asynccontextmanager
async def reading(run: Run, topic: str) -> AsyncIterator[Callable[[], Awaitable[list[bytes]]]]:
    """Read a topic from its beginning, as far as it goes in 0.2 s at a time."""
    counts = await partition_counts(load(KafkaSettings, bootstrap_servers=run.bootstrap), [topic])
    consumer = AIOKafkaConsumer(bootstrap_servers=run.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in range(counts[topic])])

    async def read() -> list[bytes]:
        batches = (await consumer.getmany(timeout_ms=200)).values()
        return [record.value for records in batches for record in records]

    try:
        yield read
    finally:
        await consumer.stop()


async def settled(run: Run, seconds: float = 60.0) -> Emitted:
    """Wait until all that was sent is emitted; give what there is at the deadline."""
    deadline = time.monotonic() + seconds
    async with emitted_by(run) as read:
        while not (emitted := await read()).is_all_of(run.sent) and time.monotonic() < deadline:
            pass
    return emitted


async def check(run: Run) -> None:
    """Wait for the truth: every word counted and every round announced once, all committed."""
    emitted = await settled(run)
    assert emitted.counts == run.sent, run.logs()
    assert emitted.rounds.keys() == rounds_of(run.sent), run.logs()
    assert all(len(at) == 1 for at in emitted.rounds.values())  # repeated, they are the same bytes
    assert emitted.is_all_of(run.sent), run.logs()
    await eventually_committed(run)
    assert "were not delivered" not in run.logs()
    assert "lacks rows" not in run.logs()


async def eventually_committed(run: Run, seconds: float = 20.0) -> None:
    """Wait until the group's offsets are the ends of the source partitions."""
    deadline = time.monotonic() + seconds
    consumer = AIOKafkaConsumer(bootstrap_servers=run.bootstrap)
    await consumer.start()
    places = [TopicPartition(run.source, partition) for partition in range(PARTITIONS)]
    ends = await consumer.end_offsets(places)
    await consumer.stop()
    while (committed := await committed_offsets(run)) != ends:
        assert time.monotonic() < deadline, (committed, ends, run.logs())
        await asyncio.sleep(0.1)


async def committed_offsets(run: Run) -> dict[TopicPartition, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=run.bootstrap)
    await admin.start()
    offsets = await admin.list_consumer_group_offsets(run.name)
    await admin.close()
    return {tp: at.offset for tp, at in offsets.items() if tp.topic == run.source}


async def emitted_something(run: Run) -> None:
    deadline = time.monotonic() + 40
    async with emitted_by(run) as read:
        while not (await read()).totals:
            alive = any(worker.poll() is None for worker in run.workers)
            assert alive, run.logs()
            assert time.monotonic() < deadline, run.logs()


async def logged(run: Run, text: str, times: int, seconds: float = 90.0) -> None:
    """Wait until the workers' logs hold a text so often."""
    deadline = time.monotonic() + seconds
    while run.logs().count(text) < times:
        assert time.monotonic() < deadline, run.logs()
        await asyncio.sleep(0.05)
