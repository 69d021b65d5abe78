"""The letters themselves, whole, from their topic: ClickHouse may hold less of them."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Final

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from pipeline.items.dead_letter import DeadLetter
from pipeline.kafka import client_arguments, unavailable
from pipeline.settings import KafkaSettings
from pipeline.twilio.envelope import split
from sinks.dead_letters.choice import Filed

_POLL_MS: Final = 1_000
_decoder: Final = msgspec.json.Decoder(DeadLetter)


async def originals(
    kafka: KafkaSettings, letters: Collection[Filed]
) -> AsyncGenerator[tuple[Filed, DeadLetter], None]:
    """Each letter with its original, in the order of the topic.

    Those whose record retention has deleted don't come. UnavailableError when Kafka is away.
    """
    wanted: defaultdict[TopicPartition, dict[int, list[Filed]]] = defaultdict(dict)
    for letter in letters:
        at = TopicPartition(letter.topic, letter.partition)
        wanted[at].setdefault(letter.offset, []).append(letter)
    if not wanted:
        return  # aiokafka can't stop a consumer that has only just started
    consumer = AIOKafkaConsumer(**client_arguments(kafka), enable_auto_commit=False, group_id=None)
    try:
        await consumer.start()
        for partition, by_offset in wanted.items():
            async for record in _records(consumer, partition, sorted(by_offset)):
                for letter in by_offset[record.offset]:
                    yield letter, _letter(record, letter.index)
    except (KafkaError, OSError) as error:
        raise await unavailable(kafka, error) from error
    finally:
        await consumer.stop()


async def _records(
    consumer: AIOKafkaConsumer, partition: TopicPartition, offsets: Sequence[int]
) -> AsyncGenerator[ConsumerRecord, None]:
    """The records at these offsets, as far as they are still there."""
    consumer.assign([partition])
    first = (await consumer.beginning_offsets([partition]))[partition]
    end = (await consumer.end_offsets([partition]))[partition]
    left = [offset for offset in offsets if first <= offset < end]
    at = -1
    while left:
        if at != left[0]:
            consumer.seek(partition, left[0])
        fetched = await consumer.getmany(partition, timeout_ms=_POLL_MS)
        records = fetched.get(partition, [])
        for record in records:
            if left and record.offset == left[0]:
                left.pop(0)
                yield record
        at = records[-1].offset + 1 if records else -1


def _letter(record: ConsumerRecord, index: int) -> DeadLetter:
    return _decoder.decode(split(record.value)[index])
