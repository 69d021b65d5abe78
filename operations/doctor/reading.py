"""A consumer that belongs to no group and reads no records: it only asks for offsets."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from pipeline.kafka import client_arguments, unavailable
from pipeline.settings import KafkaSettings


@asynccontextmanager
async def offsets_reader(kafka: KafkaSettings) -> AsyncIterator[AIOKafkaConsumer]:
    """Connect for the block; UnavailableError when Kafka does not answer in it."""
    consumer = AIOKafkaConsumer(**client_arguments(kafka), enable_auto_commit=False)
    try:
        await consumer.start()
        yield consumer
    except (KafkaError, OSError) as error:
        raise await unavailable(kafka, error) from error
    finally:
        await consumer.stop()


def partitions_of(topics: Iterable[str], counts: Mapping[str, int]) -> list[TopicPartition]:
    """All partitions of these topics."""
    return [TopicPartition(topic, number) for topic in topics for number in range(counts[topic])]
