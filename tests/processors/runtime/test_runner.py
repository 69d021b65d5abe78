"""The runner on a real broker: every record counts once, whatever dies and whoever owns it."""

import asyncio
import signal
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
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete

from local.ports import free_port
from pipeline.items.dead_letter import DeadLetter
from pipeline.settings import KafkaSettings, load
from pipeline.topics import DEAD_LETTERS, partition_counts
from processors.runtime.app import changelog_topic
from processors.runtime.row import RowId, StateRow
from processors.runtime.segments import row_records
from tests.processors.runtime.counting import ROUND

PARTITIONS = 4
WORDS = [f"word-{number}" for number in range(50)]
PROGRAM = Path(__file__).with_name("counting.py")
STALLED = Path(__file__).with_name("stalled.py")


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
    """Wait until the workers' logs hold a text so often; start anew what gave itself up."""
    deadline = time.monotonic() + seconds
    while run.logs().count(text) < times:
        assert time.monotonic() < deadline, run.logs()
        if run.logs().count("none has come for") > len(run.workers) - 2:
            run.start()
        await asyncio.sleep(0.05)


async def test_counts_and_announcements_are_exact_over_kills(run: Run) -> None:
    traffic = asyncio.create_task(produce(run, 9_000, pause=0.02))
    for delay in (0.7, 0.3):
        worker = run.start()
        await emitted_something(run)
        await asyncio.sleep(delay)  # somewhere in the middle of its flushes
        worker.kill()
        worker.wait()
    run.start()
    await traffic
    await check(run)


async def test_a_sweep_that_was_cut_short_is_finished_by_the_next_owner(run: Run) -> None:
    worker = run.start()
    deadline = time.monotonic() + 60
    await produce(run, 2_000)
    await emitted_something(run)
    while len({partition for partition, _, row in await changelog(run) if not row}) < PARTITIONS:
        assert time.monotonic() < deadline, run.logs()
        await produce(run, 2_000, pause=0.01)
    await check(run)
    worker.terminate()
    worker.wait()
    undone = await undo_deletions(run)
    run.start()
    await produce(run, 400)
    await check(run)
    await deleted_again(run, undone)


async def undo_deletions(run: Run) -> set[bytes]:
    """Write the last deleted row of each partition again: the worker died before it was."""
    rows: dict[bytes, tuple[int, bytes]] = {}
    deleted: dict[int, bytes] = {}
    for partition, key, value in await changelog(run):
        if value is None:
            deleted[partition] = key
        else:
            rows[key] = partition, value
    producer = AIOKafkaProducer(bootstrap_servers=run.bootstrap, acks="all")
    await producer.start()
    for key in deleted.values():
        partition, value = rows[key]
        await producer.send(changelog_topic(run.name).name, value, key, partition=partition)
    await producer.stop()
    return set(deleted.values())


async def deleted_again(run: Run, keys: set[bytes], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        latest = {key: value for _, key, value in await changelog(run)}
        if all(latest[key] is None for key in keys):
            return
        assert time.monotonic() < deadline, run.logs()


async def changelog(run: Run) -> list[tuple[int, bytes, bytes | None]]:
    """The (partition, key, value) records there are, in the order of each partition."""
    topic = changelog_topic(run.name).name
    consumer = AIOKafkaConsumer(bootstrap_servers=run.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    ends = await consumer.end_offsets(places)
    consumer.assign(places)
    found: list[tuple[int, bytes, bytes | None]] = []
    while any([await consumer.position(place) < end for place, end in ends.items()]):
        for records in (await consumer.getmany(timeout_ms=200)).values():
            found += [(record.partition, record.key, record.value) for record in records]
    await consumer.stop()
    return found


async def test_one_of_two_is_killed_and_a_third_joins_under_load(run: Run) -> None:
    first = run.start()
    traffic = asyncio.create_task(produce(run, 12_000, pause=0.03))
    await emitted_something(run)
    run.start()
    await logged(run, '"partitions": 2', 2)  # both fold
    first.kill()
    first.wait()
    run.start()
    await traffic
    await check(run)


async def test_a_recovery_that_does_not_go_on_ends_the_worker(run: Run) -> None:
    first = run.start()
    await produce(run, 200)
    await check(run)
    first.terminate()
    first.wait()
    stalled = run.start(STALLED)
    assert await asyncio.to_thread(stalled.wait, 40) != 0
    assert "of the state are left to read and none has come for 2 s" in run.logs()
    run.start()
    await produce(run, 200)
    await check(run)


async def test_a_paused_owner_corrupts_nothing(run: Run) -> None:
    first = run.start()
    traffic = asyncio.create_task(produce(run, 6_000, pause=0.03))
    await emitted_something(run)
    first.send_signal(signal.SIGSTOP)
    second = run.start()
    await traffic
    await check(run)
    first.send_signal(signal.SIGCONT)
    await produce(run, 2_000)
    await check(run)
    second.terminate()
    second.wait()
    await produce(run, 2_000)
    await check(run)


async def test_a_poison_record_goes_to_the_dead_letters_and_the_rest_goes_on(run: Run) -> None:
    await produce(run, 40)
    await send(run, *[b'{"to":"+15550100002"}'] * 2)
    await produce(run, 40)
    run.start()
    await check(run)
    letters = await letters_of(run)
    place = (run.source, 0)
    assert [(x.kafka_topic, x.kafka_partition) for x in letters] == [place, place]
    assert sorted(letter.kafka_offset for letter in letters) == [10, 11]
    assert {(x.reason, x.source, x.kafka_index) for x in letters} == {("fold_failed", run.name, -1)}
    assert {letter.original for letter in letters} == {b'{"to":"+15550100002"}'}
    assert {letter.detail.split(" at ")[0] for letter in letters} == {"ValidationError"}
    assert "+1555" not in run.logs()


async def test_a_fold_that_fails_on_every_record_stops_and_commits_nothing(run: Run) -> None:
    await send(run, *[b"{}"] * 40)
    worker = run.start()
    assert await asyncio.to_thread(worker.wait, 60) not in (0, None), run.logs()
    (line,) = (line for line in run.logs().splitlines() if "in a row could not be folded" in line)
    assert f"the last was {run.source}/0/19 (ValidationError at " in line
    assert not await letters_of(run)
    assert not await committed_offsets(run)


async def send(run: Run, *values: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=run.bootstrap, acks="all")
    await producer.start()
    for value in values:
        await producer.send(run.source, value, partition=0)
    await producer.stop()


async def letters_of(run: Run) -> list[DeadLetter]:
    """The dead letters about this run's records; they are written before its items."""
    async with reading(run, DEAD_LETTERS) as read:
        values = [value for _ in range(3) for value in await read()]
    letters = [x for value in values for x in msgspec.json.decode(value, type=list[DeadLetter])]
    return [letter for letter in letters if letter.source == run.name]


async def test_a_hole_stops_the_worker_and_nothing_is_folded_past_it(run: Run) -> None:
    await produce(run, 40)
    await produce_in_a_transaction(run)  # its marker takes an offset that is never delivered
    await produce(run, 40)
    worker = run.start()
    assert await asyncio.to_thread(worker.wait, 60) != 0, run.logs()
    assert "offsets 11 to 11 were not delivered" in run.logs()
    async with emitted_by(run) as read:
        emitted = await read()
    assert sum(count for (partition, _), count in emitted.counts.items() if partition == 0) <= 31


async def test_what_retention_deleted_is_passed_over_and_sigterm_ends_it(run: Run) -> None:
    await produce(run, 400)
    admin = AIOKafkaAdminClient(bootstrap_servers=run.bootstrap)
    await admin.start()
    deleted = {TopicPartition(run.source, 0): RecordsToDelete(before_offset=60)}
    await admin.delete_records(deleted)
    await admin.close()
    run.sent = expected_of(range(400), skip=range(0, 240, PARTITIONS))
    worker = run.start()
    assert (await settled(run)).counts == run.sent, run.logs()
    assert '"lost": 60' in run.logs()
    worker.terminate()
    assert await asyncio.to_thread(worker.wait, 15) == 0, run.logs()
    await check_that_a_lost_row_stops_it(run)


async def check_that_a_lost_row_stops_it(run: Run) -> None:
    topic = changelog_topic(run.name).name
    async with reading(run, topic) as read:
        rows = [msgspec.msgpack.decode(value, type=StateRow) for value in await read()]
    newest = max((row for row in rows if row.partition == 0), key=lambda row: row.id)
    beyond = msgspec.structs.replace(newest, id=RowId(newest.id.epoch, newest.id.sequence + 2))
    producer = AIOKafkaProducer(bootstrap_servers=run.bootstrap, acks="all")
    await producer.start()
    ((key, value),) = row_records(beyond)
    await producer.send(topic, value, key, partition=0)
    await producer.stop()
    worker = run.start()
    assert await asyncio.to_thread(worker.wait, 60) not in (0, None), run.logs()
    assert f"the changelog of {run.source} partition 0 lacks rows" in run.logs()


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
