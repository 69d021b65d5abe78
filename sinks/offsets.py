"""Progress in Kafka: committed offsets, whose metadata carries the intents."""

from collections.abc import Collection, Mapping

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from sinks.ranges import Partition, Range, read_intent


class Position(msgspec.Struct, frozen=True):
    """Where a taken partition goes on, and the intent its last owner left, if any."""

    start: int
    intent: Range | None


class KafkaOffsets:
    """Commits through the consumer, so that only a present owner of the partitions can."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def commit(self, progress: Mapping[Partition, tuple[int, str]]) -> None:
        """Commit offset and metadata of all partitions in one request."""
        await self._consumer.commit(
            {TopicPartition(each.topic, each.number): mark for each, mark in progress.items()}
        )


async def committed(
    admin: AIOKafkaAdminClient,
    consumer: AIOKafkaConsumer,
    group_id: str,
    taken: Collection[TopicPartition],
) -> dict[TopicPartition, Position]:
    """The positions of these partitions; the beginning where nothing was committed yet."""
    if not taken:
        return {}
    marks = await admin.list_consumer_group_offsets(group_id, partitions=list(taken))
    beginnings = await consumer.beginning_offsets(list(taken))
    ends = await consumer.end_offsets(list(taken))
    return {
        tp: position(read_intent(marks[tp].metadata, Partition(*tp)), marks[tp].offset, log)
        for tp in taken
        for log in [range(beginnings[tp], ends[tp] + 1)]
    }


def position(intent: Range | None, offset: int, log: range) -> Position:
    """Where to go on in a log with these next offsets; ``offset`` is -1 when none was committed.

    What retention has deleted can't be read. An offset behind the end is of a log that is no
    more (its topic was made anew): what is in this one was never read.
    """
    if offset in log:
        return Position(offset, intent)
    restarted = offset >= log.stop
    return Position(log.start, None if restarted or offset < 0 else intent)
