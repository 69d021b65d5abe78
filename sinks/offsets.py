"""Progress in Kafka: committed offsets, whose metadata carries the intents."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Final

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from pipeline import metrics
from pipeline.errors import UnavailableError
from sinks.ranges import Partition, Range, read_intent

_log: Final = structlog.get_logger(__name__)
#: aiokafka repeats a commit for ever; a client that can't is better made anew.
_COMMIT_SECONDS: Final = 120.0


class Position(msgspec.Struct, frozen=True):
    """Where a taken partition goes on, and the intent its last owner left, if any.

    ``lost`` is how many records before ``start`` Kafka has deleted that nobody stored.
    """

    start: int
    intent: Range | None
    lost: int = 0


class KafkaOffsets:
    """Commits through the consumer, so that only a present owner of the partitions can."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def commit(self, progress: Mapping[Partition, tuple[int, str]]) -> None:
        """Commit offset and metadata of all partitions in one request.

        UnavailableError when Kafka has not taken it for two minutes.
        """
        marks = {TopicPartition(each.topic, each.number): mark for each, mark in progress.items()}
        try:
            async with asyncio.timeout(_COMMIT_SECONDS):
                await self._consumer.commit(marks)
        except TimeoutError as error:
            message = f"Kafka took no commit for {_COMMIT_SECONDS:.0f} s: starting anew"
            raise UnavailableError(message) from error


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
    positions = {
        tp: position(read_intent(marks[tp].metadata, Partition(*tp)), marks[tp].offset, log)
        for tp in taken
        for log in [range(beginnings[tp], ends[tp] + 1)]
    }
    for tp, found in positions.items():
        if found.lost:
            _tell_loss(tp, found)
    return positions


def _tell_loss(tp: TopicPartition, found: Position) -> None:
    first, last = found.start - found.lost, found.start - 1
    _log.error(
        "Kafka deleted records before they were stored; keep the raw topics longer",
        topic=tp.topic,
        partition=tp.partition,
        first=first,
        last=last,
    )
    metrics.SINK_LOST.labels(topic=tp.topic).inc(found.lost)


def position(intent: Range | None, offset: int, log: range) -> Position:
    """Where to go on in a log with these next offsets; ``offset`` is -1 when none was committed.

    What retention has deleted can't be read. An offset behind the end is of a log that is no
    more (its topic was made anew): what is in this one was never read.
    """
    if offset in log:
        return Position(offset, intent)
    if offset < 0 or offset >= log.stop:
        return Position(log.start, None)
    return Position(log.start, intent, lost=log.start - offset)
