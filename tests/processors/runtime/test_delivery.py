"""What was fetched is delivered, on a real broker, when partitions are assigned at that moment."""

import asyncio
import itertools
import signal
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaProducer

from tests.processors.runtime.stand import Run, emitted_something, logged, settled, words_of

SLOW_MOTION = Path(__file__).with_name("slow_motion.py")


async def send(producer: AIOKafkaProducer, run: Run, partition: int, number: int) -> None:
    words = words_of(number)
    run.sent.update((partition, word) for word in words)
    await producer.send(run.source, msgspec.json.encode(words), partition=partition)


async def trickle(producer: AIOKafkaProducer, run: Run, until: asyncio.Event) -> None:
    """Send one record after the other, so that polls are answered all the time."""
    for number in itertools.count():
        await send(producer, run, 0, number)
        await asyncio.sleep(0.01)
        if until.is_set():
            break


async def test_records_polled_while_partitions_are_assigned_are_not_dropped(run: Run) -> None:
    worker = run.start(SLOW_MOTION)
    producer = AIOKafkaProducer(bootstrap_servers=run.bootstrap, acks="all")
    await producer.start()
    enough = asyncio.Event()
    traffic = asyncio.create_task(trickle(producer, run, enough))
    await emitted_something(run)
    worker.send_signal(signal.SIGHUP)  # rows are polled between the seek and the recovery's start
    await logged(run, "the state is sought", 2)
    for number in range(20):  # to a partition of which nothing is committed yet
        await send(producer, run, 1, number)
    await logged(run, "state restored", 2)
    enough.set()
    await traffic
    await producer.stop()
    emitted = await settled(run, 40)
    assert emitted.counts == run.sent, run.logs()
    assert worker.poll() is None, run.logs()
