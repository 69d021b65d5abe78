"""Sends items of a job to topics: in records by partition, acknowledged before it goes on."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from pipeline.errors import UnavailableError
from pipeline.kafka import client_arguments, unavailable
from pipeline.records import Headers, join, partition_of
from pipeline.settings import KafkaSettings
from pipeline.topics import MAX_MESSAGE_BYTES, partition_counts

_ITEMS: Final = 500

#: Headers of a record with so many items.
HeadersOf = Callable[[int], Headers]


class Sending:
    """Sends to topics whose partitions are known."""

    def __init__(
        self, kafka: KafkaSettings, producer: AIOKafkaProducer, partitions: dict[str, int]
    ) -> None:
        self._kafka = kafka
        self._producer = producer
        self._partitions = partitions

    async def send(
        self,
        topic: str,
        keyed: Iterable[tuple[str, bytes]],
        headers: HeadersOf = lambda _items: [],
    ) -> int:
        """Send items by key, and return their number when all in-sync replicas have them.

        UnavailableError when they can't be reached: some may be there.
        """
        by_partition = defaultdict[int, list[bytes]](list)
        for key, item in keyed:
            by_partition[partition_of(key, self._partitions[topic])].append(item)
        records = [
            (partition, items[first : first + _ITEMS])
            for partition, items in by_partition.items()
            for first in range(0, len(items), _ITEMS)
        ]
        try:
            await asyncio.gather(
                *(self._sent(topic, partition, some, headers) for partition, some in records)
            )
        except (KafkaError, OSError) as error:
            where = self._kafka.bootstrap_servers
            raise UnavailableError(
                f"Kafka at {where} did not take it, try again: {error}"
            ) from error
        return sum(len(some) for _, some in records)

    async def _sent(
        self, topic: str, partition: int, items: list[bytes], headers: HeadersOf
    ) -> None:
        await self._producer.send_and_wait(
            topic, join(items), partition=partition, headers=headers(len(items))
        )


@asynccontextmanager
async def sending(kafka: KafkaSettings, *topics: str) -> AsyncIterator[Sending]:
    """Connect for the block; UnavailableError when no broker answers or a topic is missing."""
    partitions = await partition_counts(kafka, topics)
    producer = AIOKafkaProducer(
        **client_arguments(kafka),
        acks="all",
        enable_idempotence=True,
        max_request_size=MAX_MESSAGE_BYTES,
    )
    try:
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            raise await unavailable(kafka, error) from error
        yield Sending(kafka, producer, partitions)
    finally:
        await producer.stop()
