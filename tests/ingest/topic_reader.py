"""Reads what a test has put on topics that all tests share: only what is new since it began."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from pipeline.topics import DEAD_LETTERS, QUARANTINE, RAW

_POLL_MS = 200
_EMPTY_POLLS = 50


class TopicReader:
    """Remembers where the topics ended when it was made (``mark``), and reads on from there."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._marks: dict[TopicPartition, int] = {}

    async def mark(self, topics: Sequence[str]) -> None:
        """Remember the ends of these topics."""
        partitions = [
            TopicPartition(topic, number)
            for topic in topics
            for number in await self._partitions(topic)
        ]
        self._marks = await self._consumer.end_offsets(partitions)

    def rewind(self) -> None:
        """Read from the beginning of the topics, where a test has a broker of its own."""
        self._marks = dict.fromkeys(self._marks, 0)

    async def new(self, topic: str) -> list[ConsumerRecord]:
        """All records a topic has got since the mark, by partition and offset."""
        own = [each for each in self._marks if each.topic == topic]
        self._consumer.assign(own)
        for each in own:
            self._consumer.seek(each, self._marks[each])
        ends = await self._consumer.end_offsets(own)
        records: list[ConsumerRecord] = []
        for _ in range(_EMPTY_POLLS):
            if all([await self._consumer.position(each) >= ends[each] for each in own]):
                return sorted(records, key=lambda record: (record.partition, record.offset))
            polled = await self._consumer.getmany(*own, timeout_ms=_POLL_MS)
            records += [record for batch in polled.values() for record in batch]
        raise AssertionError(f"could not read {topic} to its end")

    async def _partitions(self, topic: str) -> Sequence[int]:
        cluster = await self._consumer._client.fetch_all_metadata()  # noqa: SLF001  partitions_for_topic() answers from a cache that starts empty
        return sorted(cluster.partitions_for_topic(topic) or ())


@asynccontextmanager
async def reading(bootstrap: str) -> AsyncIterator[TopicReader]:
    """Read what comes from now on to the topics the ingress writes."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, fetch_max_wait_ms=20)
    await consumer.start()
    try:
        reader = TopicReader(consumer)
        await reader.mark([*RAW.values(), DEAD_LETTERS, QUARANTINE])
        yield reader
    finally:
        await consumer.stop()
