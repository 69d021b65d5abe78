"""How many records each consumer group is behind."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from pipeline.kafka import client_arguments, unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from pipeline.settings import KafkaSettings

_REQUEST_MS = 5_000
_AGAIN_SECONDS = 0.1

# The client logs what it also raises; a command says it once.
logging.getLogger("aiokafka").addHandler(logging.NullHandler())


class Lag(NamedTuple):
    """Records of one partition that a group has yet to commit; it ends before offset ``end``."""

    group: str
    topic: str
    partition: int
    records: int
    end: int = 0


class LagReader:
    """Asks a cluster; build it with ``connect_lag_reader``."""

    def __init__(
        self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient, settings: KafkaSettings
    ) -> None:
        self._consumer = consumer
        self._admin = admin
        self._settings = settings

    async def read(self, groups: Mapping[str, tuple[str, ...]]) -> list[Lag]:
        """Return the lag of every partition; UnavailableError when Kafka does not answer."""
        try:
            async with asyncio.timeout(_REQUEST_MS / 1000):
                return [lag for item in groups.items() for lag in await self._read_patiently(*item)]
        except (KafkaError, OSError) as error:
            raise await unavailable(self._settings, error) from error

    async def _read_patiently(self, group: str, topics: tuple[str, ...]) -> list[Lag]:
        """Ask again while Kafka says so: a new broker has no group coordinator for a second."""
        while True:
            try:
                return await self._read_group(group, topics)
            except KafkaError as error:
                if not error.retriable:
                    raise
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _read_group(self, group: str, topics: tuple[str, ...]) -> list[Lag]:
        partitions = await self._partitions(topics)
        ends = await self._consumer.end_offsets(partitions)
        starts = await self._consumer.beginning_offsets(partitions)
        committed = await self._admin.list_consumer_group_offsets(group)
        offsets = {tp: mark.offset for tp, mark in committed.items()}
        return [
            Lag(group, tp.topic, tp.partition, _behind(end, offsets.get(tp, starts[tp])), end)
            for tp, end in sorted(ends.items())
        ]

    async def _partitions(self, topics: tuple[str, ...]) -> list[TopicPartition]:
        described = await self._admin.describe_topics(list(topics))
        return sorted(
            TopicPartition(topic["topic"], entry["partition"])
            for topic in described
            for entry in topic["partitions"]
        )


@asynccontextmanager
async def connect_lag_reader(settings: KafkaSettings) -> AsyncIterator[LagReader]:
    """Connect without joining any group; UnavailableError when Kafka does not answer."""
    async with AsyncExitStack() as stack:
        arguments = client_arguments(settings)
        consumer = AIOKafkaConsumer(**arguments, request_timeout_ms=_REQUEST_MS)
        admin = AIOKafkaAdminClient(**arguments, request_timeout_ms=_REQUEST_MS)
        stack.push_async_callback(consumer.stop)
        stack.push_async_callback(admin.close)
        try:
            await consumer.start()
            await admin.start()
        except (KafkaError, OSError) as error:
            raise await unavailable(settings, error) from error
        yield LagReader(consumer, admin, settings)


def _behind(end: int, committed: int) -> int:
    """Retention may have deleted what was committed, and more."""
    return max(end - committed, 0)


def total(lags: Iterable[Lag], group: str) -> int:
    """The lag of a whole group."""
    return sum(lag.records for lag in lags if lag.group == group)
