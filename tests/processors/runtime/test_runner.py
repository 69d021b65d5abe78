"""The runner on a real broker: every record counts once, whatever dies and whoever owns it."""

import asyncio
import signal
import time
from collections import Counter
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from pipeline.items.dead_letter import DeadLetter
from pipeline.topics import DEAD_LETTERS
from processors.runtime.app import changelog_topic
from processors.runtime.row import RowId, StateRow
from processors.runtime.segments import row_records
from tests.processors.runtime.stand import (
    PARTITIONS,
    Run,
    check,
    committed_offsets,
    emitted_by,
    emitted_something,
    logged,
    produce,
    reading,
    settled,
    words_of,
)

STALLED = Path(__file__).with_name("stalled.py")
STARVED = Path(__file__).with_name("starved.py")


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


async def test_a_partition_of_which_nothing_comes_ends_the_worker(run: Run) -> None:
    starved = run.start(STARVED)
    await produce(run, 200)
    assert await asyncio.to_thread(starved.wait, 60) != 0
    assert f"Kafka holds records of {run.source}/1 and none has come" in run.logs()
    run.start()
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
