"""How long an event takes from the raw topic to its window cell on the derived topic.

5,000 events a second, three to a message, in records as the ingress makes them at that rate. An
event is visible when the last cell of the flush that holds it has been read back from Kafka. The
milliseconds are by event; broker, worker and this program share the machine.
"""

import asyncio
import bisect
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.result import Result
from benchmarks.stage import Stage, stage, until
from benchmarks.traffic import STATUSES, records
from benchmarks.worker import worker
from pipeline.records import RecordInfo, raw_headers
from pipeline.topics import RAW, WINDOWS

PARTITIONS: Final = 4
RATE: Final = 5_000
#: Events of a record at that rate, when the ingress waits 20 ms at most.
RECORD: Final = 25
WARM_S: Final = 5.0
SECONDS: Final = 30.0
_TAIL_S: Final = 5.0
_PERCENT: Final = 100


class _Cell(msgspec.Struct, gc=False):
    source_partition: int
    version: int


class _Sent(msgspec.Struct, frozen=True, gc=False):
    partition: int
    offset: int
    at: float


_cells: Final = msgspec.json.Decoder(list[_Cell]).decode


class _Seen:
    """When the cells of each flush were read: by partition, version and last arrival."""

    def __init__(self) -> None:
        self._at: defaultdict[int, dict[int, float]] = defaultdict(dict)

    def note(self, value: bytes, at: float) -> None:
        for cell in _cells(value):
            self._at[cell.source_partition][cell.version] = at

    def delays(self, sent: list[_Sent]) -> Iterator[float]:
        """Seconds until each record's events were visible; infinite for those that never were."""
        versions = {partition: sorted(at) for partition, at in self._at.items()}
        for record in sent:
            known = versions.get(record.partition, [])
            place = bisect.bisect_left(known, record.offset)
            if place == len(known):
                yield float("inf")
            else:
                yield self._at[record.partition][known[place]] - record.at


def run() -> Result:
    """Measure it on a broker of its own."""
    return asyncio.run(_run())


async def _run() -> Result:
    made = iter(_records())
    async with stage(PARTITIONS) as here, worker(here) as running:
        await until(lambda: bool(running.metrics()), "the lifecycle processor")
        seen = _Seen()
        reading = asyncio.create_task(_read(here, seen))
        await _send(here, made, WARM_S)
        cpu, started = running.cpu_s(), time.perf_counter()
        sent = await _send(here, made, SECONDS)
        seconds = time.perf_counter() - started
        used = running.cpu_s() - cpu
        await asyncio.sleep(_TAIL_S)
        reading.cancel()
    return _result(list(seen.delays(sent)), len(sent) * RECORD / seconds, used / seconds)


def _result(delays: list[float], events_per_s: float, cpu_share: float) -> Result:
    percentiles = statistics.quantiles(delays, n=_PERCENT)
    figures = {
        "events": events_per_s,
        "p50_ms": 1000 * percentiles[49],
        "p99_ms": 1000 * percentiles[98],
        "max_ms": 1000 * max(delays),
        "worker_cpu_percent": 100 * cpu_share,
    }
    return Result("latency", figures, {})


async def _read(here: Stage, seen: _Seen) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=here.kafka.bootstrap_servers, auto_offset_reset="earliest"
    )
    await consumer.start()
    consumer.assign([TopicPartition(WINDOWS, 0)])
    try:
        async for record in consumer:
            seen.note(record.value, time.perf_counter())
    finally:
        await consumer.stop()


def _records() -> list[tuple[int, bytes]]:
    """Enough of them: each event is news, for what repeats an event changes no cell."""
    messages = int(RATE * (WARM_S + SECONDS) / len(STATUSES)) + PARTITIONS * RECORD
    return records(messages, int(time.time() * 1000), PARTITIONS, RECORD)


async def _send(here: Stage, made: Iterator[tuple[int, bytes]], seconds: float) -> list[_Sent]:
    """Send at the rate for a while; with what is in flight acknowledged at the end."""
    producer = AIOKafkaProducer(bootstrap_servers=here.kafka.bootstrap_servers, acks="all")
    await producer.start()
    started, pending = time.perf_counter(), []
    for number in range(int(RATE * seconds / RECORD)):
        await asyncio.sleep(max(started + number * RECORD / RATE - time.perf_counter(), 0))
        partition, value = next(made)
        headers = raw_headers(RecordInfo(int(time.time() * 1000), "benchmark", RECORD))
        at = time.perf_counter()
        future = await producer.send(RAW["messaging"], value, partition=partition, headers=headers)
        pending.append((future, at))
    sent = [_Sent((done := await future).partition, done.offset, at) for future, at in pending]
    await producer.stop()
    return sent
