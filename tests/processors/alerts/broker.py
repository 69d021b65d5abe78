"""Detection as a process on a real broker, with windows of a story that lies ahead of the clock."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local.ports import free_port
from pipeline.items.alert import Alert, AlertItem, Notice
from processors.runtime.fold import SourceRecord
from tests.processors.alerts.feed import Feed, value_of
from tests.processors.alerts.program import make_fold

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PROGRAM = Path(__file__).with_name("program.py")
MINUTES = 150
OUTAGE = range(90, 120)
DEADLINE_S = 90.0

Record = tuple[int, bytes]


def story() -> list[Record]:
    """Windows with an outage, as (time in ms, value).

    It lies ahead of the clock, so that the worker's own time judges nothing and all depends on
    the records alone.
    """
    feed, first = Feed(5), int(time.time()) // 60 + 10
    return [record for number in range(MINUTES) for record in _minute(feed, first, number)]


def _minute(feed: Feed, first: int, number: int) -> Iterator[Record]:
    outage = number in OUTAGE
    feed.failing["DE"], feed.code = (0.8, 30034) if outage else (0.05, 30003)
    cells = feed.minute(first + number)
    for part in range(3):
        yield ((first + number) * 60 + 20 * part + 10) * 1000, value_of(cells[part::3])


def expected(records: list[Record]) -> dict[tuple[str, int], AlertItem]:
    """What is told without any broker."""
    fold = make_fold("any")
    for offset, (at_ms, value) in enumerate(records):
        fold.apply(SourceRecord(offset, at_ms, value))
    return dict(_named(item.value) for item in fold.announcements())


def _named(element: bytes | msgspec.Raw) -> tuple[tuple[str, int], AlertItem]:
    item = msgspec.json.decode(element, type=AlertItem)
    assert isinstance(item, Alert | Notice)
    return (item.id, item.transition if isinstance(item, Alert) else 0), item


async def make_topics(bootstrap: str, name: str) -> None:
    far = {"message.timestamp.after.max.ms": str(1 << 40)}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics(
        [NewTopic(f"{name}-in", 1, 1, topic_configs=far), NewTopic(f"{name}-out", 1, 1)]
    )
    await admin.close()


async def produce(bootstrap: str, name: str, records: list[Record], pause_s: float = 0.05) -> None:
    """Send the records, with a pause after each third one."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    for number, (at_ms, value) in enumerate(records):
        await producer.send(f"{name}-in", value, timestamp_ms=at_ms, partition=0)
        await asyncio.sleep(pause_s if number % 3 == 0 else 0.0)
    await producer.stop()


def start(bootstrap: str, name: str, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, str(PROGRAM), bootstrap, name, str(free_port())],
            stdout=file,
            stderr=file,
        )


class Told:
    """All that was told so far, repetitions too."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self.items: list[tuple[tuple[str, int], AlertItem]] = []

    async def read(self) -> dict[tuple[str, int], AlertItem]:
        """Read on for a moment; give what there is, once each."""
        for records in (await self._consumer.getmany(timeout_ms=200)).values():
            for record in records:
                elements = msgspec.json.decode(record.value, type=list[msgspec.Raw])
                self.items += map(_named, elements)
        return dict(self.items)

    async def until_there_are(self, count: int) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while len(await self.read()) < count:
            assert time.monotonic() < deadline


@asynccontextmanager
async def reading(bootstrap: str, name: str) -> AsyncIterator[Told]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(f"{name}-out", 0)])
    try:
        yield Told(consumer)
    finally:
        await consumer.stop()
