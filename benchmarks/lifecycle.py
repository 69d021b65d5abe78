"""The lifecycle processor: events folded a second, from a full topic to committed offsets.

``events`` is with 50 events a record, ``events_500`` and ``events_1`` with as many; ``cpu_us`` is
the processor's own time an event, which says more than the clock where others use the cores,
such as the broker. Yardsticks, in the same run on the same broker: ``loop`` is a bare aiokafka
consumer that decodes records of one event and counts statuses in a dict; ``loop_50`` is the same
over the very records the processor reads, 50 events each.
"""

import asyncio
import time
from collections import Counter

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.counted import Counted
from benchmarks.result import Result
from benchmarks.speed import measured
from benchmarks.stage import Stage, fill, stage
from benchmarks.traffic import records
from pipeline.topics import RAW

PARTITIONS = 4
MESSAGES = 200_000
EVENTS = 3 * MESSAGES
SINGLE_MESSAGES = 30_000
OTHER_SIZES = {500: MESSAGES, 1: 20_000}
SINGLE_TOPIC = "benchmark.single"


class _Data(msgspec.Struct, gc=False):
    messageStatus: str = ""  # noqa: N815  Twilio's name


class _Event(msgspec.Struct, gc=False):
    data: _Data


_decode = msgspec.json.Decoder(list[_Event]).decode


def run() -> Result:
    """Measure the processor by size of records, and both loops."""
    result = asyncio.run(_run())
    for size, messages in OTHER_SIZES.items():
        speed = asyncio.run(_run_size(size, messages))
        result.figures[f"events_{size}"] = speed.events
        result.figures[f"cpu_us_{size}"] = speed.cpu_seconds * 1e6
    return result


async def _run() -> Result:
    async with stage(PARTITIONS) as here:
        await _fill(here)
        loop = await _loop(here, SINGLE_TOPIC, 3 * SINGLE_MESSAGES)
        loop_50 = await _loop(here, RAW["messaging"], EVENTS)
        processor = await measured(here, EVENTS)
    figures = {
        "events": processor.events,
        "cpu_us": processor.cpu_seconds * 1e6,
        "loop_events": loop,
        "loop_50_events": loop_50,
    }
    ratios = {"loop": processor.events / loop, "loop_50": processor.events / loop_50}
    return Result("lifecycle", figures, ratios)


async def _run_size(size: int, messages: int) -> Counted:
    async with stage(PARTITIONS) as here:
        now = int(time.time() * 1000)
        await fill(here, RAW["messaging"], records(messages, now, PARTITIONS, size))
        return await measured(here, 3 * messages)


async def _fill(here: Stage) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=here.kafka.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(SINGLE_TOPIC, PARTITIONS, 1)])
    await admin.close()
    now = int(time.time() * 1000)
    await fill(here, RAW["messaging"], records(MESSAGES, now, PARTITIONS, 50))
    await fill(here, SINGLE_TOPIC, records(SINGLE_MESSAGES, now, PARTITIONS, 1))


async def _loop(here: Stage, topic: str, events: int) -> float:
    consumer = AIOKafkaConsumer(bootstrap_servers=here.kafka.bootstrap_servers)
    await consumer.start()
    consumer.assign([TopicPartition(topic, partition) for partition in range(PARTITIONS)])
    await consumer.seek_to_beginning()
    counts = Counter[str]()
    started = time.perf_counter()
    while counts.total() < events:
        for batch in (await consumer.getmany(timeout_ms=1_000)).values():
            for record in batch:
                for event in _decode(record.value):
                    counts[event.data.messageStatus] += 1
    seconds = time.perf_counter() - started
    await consumer.stop()
    return events / seconds
