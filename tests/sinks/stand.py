"""One sink's surroundings: topics and a database of its own, and ways to feed and ask it."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pydantic import SecretStr

from pipeline.records import RecordInfo, join, raw_headers
from pipeline.settings import PrivacySettings, load
from pipeline.topics import DEAD_LETTERS, RAW, WINDOWS
from sinks.clickhouse import connect
from sinks.decoder import Route, routes
from sinks.run import SinkConfig, worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from aiokafka import AIOKafkaProducer

    from sinks.tables.quick import Note
    from sinks.worker import Worker

WAIT_SECONDS = 15.0
PARTITIONS = 2
RECEIVED_AT = 1_890_000_000_000  # in the future: retention counts from it
HASH_KEY = "0123456789abcdef"


@dataclass
class Stand:
    """One sink's surroundings: topics, database, and a way to put records in."""

    config: SinkConfig
    producer: AIOKafkaProducer
    raw: str
    windows: str
    dead_letters: str
    task: asyncio.Task[None] | None = None
    loader: Worker | None = None

    async def put(self, topic: str, *elements: bytes, partition: int = 0) -> int:
        """Write one record and return its offset."""
        return await self.put_value(topic, join(elements), len(elements), partition)

    async def put_value(self, topic: str, value: bytes, events: int = 1, partition: int = 0) -> int:
        headers = raw_headers(RecordInfo(RECEIVED_AT, "test", events))
        sent = await self.producer.send_and_wait(topic, value, partition=partition, headers=headers)
        return int(sent.offset)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """A sink at work; it stores what it read before the block is left."""
        async with worker(self.config) as loader:
            self.loader = loader
            self.task = asyncio.create_task(loader.run(self.config.by_topic))
            try:
                yield
            finally:
                loader.stop()
                await self.task

    def readiness(self) -> str | None:
        """What /readyz of the sink says."""
        assert self.loader is not None
        return self.loader.readiness()

    async def committed(self, topic: str, partition: int) -> int:
        """The offset the sink goes on from."""
        async with self._member() as consumer:
            return int(await consumer.committed(TopicPartition(topic, partition)) or 0)

    async def eventually(self, condition: Callable[[], bool]) -> None:
        """Wait until it holds; fail when the sink ends before, or the time does."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not await asyncio.to_thread(condition):
            await self._still_running(deadline)

    async def _still_running(self, deadline: float) -> None:
        if self.task is not None and self.task.done():
            await self.task
        assert time.monotonic() < deadline, "what was awaited did not happen in time"
        await asyncio.sleep(0.02)

    async def all_stored(self) -> None:
        """Wait until the sink has committed all that was put in so far."""
        async with self._member() as consumer:
            await self._until_committed(consumer)

    @asynccontextmanager
    async def _member(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.config.kafka.bootstrap_servers,
            group_id=self.config.sink.group_id,
            enable_auto_commit=False,
        )
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()

    async def _until_committed(self, consumer: AIOKafkaConsumer) -> None:
        partitions = [TopicPartition(t, n) for t in self.config.by_topic for n in range(PARTITIONS)]
        ends = await consumer.end_offsets(partitions)
        deadline = time.monotonic() + WAIT_SECONDS
        for partition, end in ends.items():
            while (await consumer.committed(partition) or 0) < end:
                await self._still_running(deadline)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with connect(self.config.clickhouse) as client:
            return [tuple(row) for row in client.query(sql).result_rows]


def renamed(raw: str, windows: str, letters: str, note: Note | None = None) -> dict[str, Route]:
    """The product's routes under other topic names."""
    known = routes(load(PrivacySettings, hash_key=SecretStr(HASH_KEY)), note)
    return {
        raw: known[RAW["messaging"]],
        windows: known[WINDOWS],
        letters: known[DEAD_LETTERS],
    }


async def create_topics(kafka: str, names: Sequence[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in names])
    await admin.close()
