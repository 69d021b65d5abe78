"""The runner on a real broker: every record counts once, whatever dies and whoever owns it."""

import asyncio
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete

from local.ports import free_port

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

    def start(self) -> subprocess.Popen[bytes]:
        log = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        arguments = [self.bootstrap, self.name, self.source, self.out, str(free_port())]
        worker = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, str(PROGRAM), *arguments], stdout=log, stderr=log
        )
        log.close()
        self.workers.append(worker)
        return worker

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


@pytest.fixture
async def run(kafka: str, tmp_path: Path) -> AsyncIterator[Run]:
    run = Run(kafka, tmp_path)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in (run.source, run.out)])
    await admin.close()
    yield run
    for worker in run.workers:
        worker.kill()
        worker.wait()


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


@asynccontextmanager
async def totals(run: Run) -> AsyncIterator[Callable[[], Awaitable[Counter[tuple[int, str]]]]]:
    """Read what was emitted: of each (partition, word) the value of the highest version."""
    consumer = AIOKafkaConsumer(bootstrap_servers=run.bootstrap)
    await consumer.start()
    consumer.assign([TopicPartition(run.out, partition) for partition in range(PARTITIONS)])
    await consumer.seek_to_beginning()
    best: dict[tuple[int, str], tuple[int, int]] = {}

    async def read() -> Counter[tuple[int, str]]:
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for record in records:
                for item in msgspec.json.decode(record.value):
                    place = (item["partition"], item["word"])
                    known = best.get(place, (-1, 0))
                    best[place] = max(known, (item["version"], item["count"]))
        return Counter({place: number for place, (_, number) in best.items()})

    try:
        yield read
    finally:
        await consumer.stop()


async def settled(run: Run, seconds: float = 60.0) -> Counter[tuple[int, str]]:
    """Wait until the emitted totals equal what was sent; give what there is at the deadline."""
    deadline = time.monotonic() + seconds
    async with totals(run) as read:
        while (emitted := await read()) != run.sent and time.monotonic() < deadline:
            pass
    return emitted


async def emitted_something(run: Run) -> None:
    deadline = time.monotonic() + 40
    async with totals(run) as read:
        while not await read():
            alive = any(worker.poll() is None for worker in run.workers)
            assert alive, run.logs()
            assert time.monotonic() < deadline, run.logs()


async def test_counts_are_exact_over_kills(run: Run) -> None:
    traffic = asyncio.create_task(produce(run, 12_000, pause=0.02))
    for delay in (0.7, 0.2, 0.4):
        worker = run.start()
        await emitted_something(run)
        await asyncio.sleep(delay)  # somewhere in the middle of its flushes
        worker.kill()
        worker.wait()
    run.start()
    await traffic
    assert await settled(run) == run.sent, run.logs()
    assert "were not delivered" not in run.logs()


async def test_two_workers_share_and_take_over(run: Run) -> None:
    first = run.start()
    traffic = asyncio.create_task(produce(run, 12_000, pause=0.03))
    await emitted_something(run)
    run.start()
    await asyncio.sleep(4)  # both fold for a while
    first.kill()
    first.wait()
    await traffic
    assert await settled(run) == run.sent, run.logs()


async def test_a_paused_owner_corrupts_nothing(run: Run) -> None:
    first = run.start()
    traffic = asyncio.create_task(produce(run, 8_000, pause=0.03))
    await emitted_something(run)
    first.send_signal(signal.SIGSTOP)
    second = run.start()
    await traffic
    assert await settled(run) == run.sent, run.logs()
    first.send_signal(signal.SIGCONT)
    await produce(run, 2_000)
    assert await settled(run) == run.sent, run.logs()
    second.kill()
    second.wait()
    await produce(run, 2_000)
    assert await settled(run) == run.sent, run.logs()


async def test_sigterm_ends_it_with_everything_written(run: Run) -> None:
    worker = run.start()
    await produce(run, 400)
    assert await settled(run) == run.sent, run.logs()
    worker.terminate()
    assert await asyncio.to_thread(worker.wait, 15) == 0, run.logs()


async def test_a_hole_stops_the_worker_and_nothing_is_folded_past_it(run: Run) -> None:
    await produce(run, 40)
    await produce_in_a_transaction(run)  # its marker takes an offset that is never delivered
    await produce(run, 40)
    worker = run.start()
    assert await asyncio.to_thread(worker.wait, 60) != 0, run.logs()
    assert "offsets 11 to 11 were not delivered" in run.logs()
    async with totals(run) as read:
        emitted = await read()
    assert sum(count for (partition, _), count in emitted.items() if partition == 0) <= 31


async def test_what_retention_deleted_is_passed_over(run: Run) -> None:
    await produce(run, 400)
    admin = AIOKafkaAdminClient(bootstrap_servers=run.bootstrap)
    await admin.start()
    deleted = {TopicPartition(run.source, 0): RecordsToDelete(before_offset=60)}
    await admin.delete_records(deleted)
    await admin.close()
    expected = expected_of(range(400), skip=range(0, 240, PARTITIONS))
    run.sent = expected
    run.start()
    assert await settled(run) == expected, run.logs()
    assert '"lost": 60' in run.logs()


async def produce_in_a_transaction(run: Run) -> None:
    """Write one record to partition 0, and wait until the commit marker is behind it."""
    producer = AIOKafkaProducer(bootstrap_servers=run.bootstrap, transactional_id=run.name)
    await producer.start()
    async with producer.transaction():
        await producer.send_and_wait(run.source, b'["word-0"]', partition=0)
    await producer.stop()
    consumer = AIOKafkaConsumer(bootstrap_servers=run.bootstrap)
    await consumer.start()
    first = TopicPartition(run.source, 0)
    while (await consumer.end_offsets([first]))[first] < 12:  # noqa: ASYNC110  no event for it
        await asyncio.sleep(0.05)
    await consumer.stop()


def expected_of(numbers: range, skip: range) -> Counter[tuple[int, str]]:
    """Count what ``produce`` sends for these numbers."""
    return Counter(
        (number % PARTITIONS, word)
        for number in numbers
        if number not in skip
        for word in words_of(number)
    )
