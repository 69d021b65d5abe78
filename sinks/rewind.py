"""Sets the sink's group back, so that it looks again at what it had stored.

The stretch is left as an intent, as a sink that died would leave it: the next owner asks
ClickHouse what of it is there and adds what is missing. Plain offsets would not do: where the
rows of an insert were lost and its token is still known, the same insert again stores nothing.
"""

from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError, UnknownMemberIdError

from pipeline.errors import ConfigurationError
from pipeline.kafka import client_arguments
from pipeline.settings import KafkaSettings
from pipeline.topics import connected_admin, partition_counts
from sinks.ranges import Partition, Range, read_intent


async def rewind(
    kafka: KafkaSettings, group_id: str, topics: Collection[str], since: int, *, dry_run: bool
) -> list[Range]:
    """What the group is to look at again: all it has read that Kafka got since then (epoch ms).

    ConfigurationError while the group has members, UnavailableError when Kafka does not answer.
    """
    consumer = AIOKafkaConsumer(
        **client_arguments(kafka), group_id=group_id, enable_auto_commit=False
    )
    counts = await partition_counts(kafka, topics)
    taken = [TopicPartition(name, n) for name in topics for n in range(counts[name])]
    async with connected_admin(kafka) as admin:
        try:
            await consumer.start()
            consumer.assign(taken)
            stretches = await _stretches(consumer, admin, group_id, taken, since)
            if stretches and not dry_run:
                await _commit(consumer, group_id, stretches)
        finally:
            await consumer.stop()
    return stretches


async def _commit(consumer: AIOKafkaConsumer, group_id: str, stretches: list[Range]) -> None:
    places = [TopicPartition(each.partition.topic, each.partition.number) for each in stretches]
    marks = [(each.first, each.token) for each in stretches]
    try:
        await consumer.commit(dict(zip(places, marks, strict=True)))
    except (CommitFailedError, UnknownMemberIdError) as error:
        raise ConfigurationError(
            f"the group {group_id} is at work: stop its sinks, wait until their sessions are over "
            "(10 s), and try again"
        ) from error


async def _stretches(
    consumer: AIOKafkaConsumer,
    admin: AIOKafkaAdminClient,
    group_id: str,
    taken: list[TopicPartition],
    since: int,
) -> list[Range]:
    marks = await admin.list_consumer_group_offsets(group_id, partitions=taken)
    found = await consumer.offsets_for_times(dict.fromkeys(taken, since))
    stretches = (
        stretch(Partition(*tp), found[tp].offset, marks[tp].offset, marks[tp].metadata)
        for tp in taken
        if found[tp] is not None
    )
    return [each for each in stretches if each is not None]


def stretch(partition: Partition, first: int, committed: int, metadata: str) -> Range | None:
    """From this offset to the last that is or may be stored; None when none is."""
    if first >= committed:
        return None
    intent = read_intent(metadata, partition)
    return Range(partition, first, max(committed - 1, intent.last if intent else 0))
