"""Live message events at a steady rate, some of them poisoned on demand."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final, Self
from zlib import crc32

import msgspec
from aiokafka import AIOKafkaProducer

from benchmarks.stage import Stage
from benchmarks.traffic import STATUSES, events
from pipeline.records import RecordInfo, join, raw_headers
from pipeline.topics import RAW

#: Messages begun a second; each has three events.
RATE: Final = 300
EVENTS_A_MESSAGE: Final = len(STATUSES)
_TICK_S: Final = 0.1
_POISON_EVERY: Final = 100
_REFUSED_EVERY: Final = 1_000
_NO_EVENT: Final = b'{"id":"","type":17}'


class Stream:
    """Sends what is due every tick, one record a partition; counts what Kafka acknowledged."""

    def __init__(self, producer: AIOKafkaProducer, partitions: int, rate: int = RATE) -> None:
        self._producer = producer
        self._partitions = partitions
        self._rate = rate
        self._turn = 0
        self.events = 0
        self.poison = 0
        self.poisoned = False
        #: When the first message of each tick was sent, on the monotonic clock.
        self.sent: dict[str, float] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, here: Stage, partitions: int, rate: int = RATE) -> AsyncIterator[Self]:
        """A stream with a producer of its own."""
        producer = AIOKafkaProducer(bootstrap_servers=here.kafka.bootstrap_servers, acks="all")
        await producer.start()
        try:
            yield cls(producer, partitions, rate)
        finally:
            await producer.stop()

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """Send while the block lasts."""
        stop = asyncio.Event()
        sending = asyncio.create_task(self._send_until(stop))
        try:
            yield
        finally:
            stop.set()
            await sending

    async def _send_until(self, stop: asyncio.Event) -> None:
        due = time.monotonic()
        while not stop.is_set():
            await self._send()
            due += _TICK_S
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _send(self) -> None:
        now = int(time.time() * 1000)
        waiting: list[list[bytes]] = [[] for _ in range(self._partitions)]
        elements = list(self._elements(now))
        self.sent[elements[0][0]] = time.monotonic()
        for sid, event in elements:
            waiting[crc32(sid.encode()) % self._partitions].append(event)
        acks = [
            await self._producer.send(
                RAW["messaging"],
                join(record),
                partition=partition,
                headers=raw_headers(RecordInfo(now, "benchmark", len(record))),
            )
            for partition, record in enumerate(waiting)
            if record
        ]
        await asyncio.gather(*acks)
        self.events += sum(map(len, waiting))

    def _elements(self, now: int) -> Iterator[tuple[str, bytes]]:
        self._turn += 1
        for sid, event in events(round(self._rate * _TICK_S), now, seed=self._turn):
            yield sid, event
            if self.poisoned and self.events and crc32(event) % _POISON_EVERY == 0:
                self.poison += 1
                yield sid, self._bad(event)

    def _bad(self, event: bytes) -> bytes:
        if crc32(event) % _REFUSED_EVERY:
            return _NO_EVENT
        odd = msgspec.json.decode(event, type=dict[str, object])
        return msgspec.json.encode(
            {**odd, "id": f"{odd['id']}x", "type": "com.twilio.poison.refused"}
        )
