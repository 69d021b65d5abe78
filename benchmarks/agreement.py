"""Whether the lifecycle processor's committed offsets, its state and its topics' ends agree."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from pipeline.errors import PermanentError
from pipeline.settings import KafkaSettings, LifecycleSettings, load
from processors.lifecycle.processor import processor
from processors.runtime.app import changelog_topic
from processors.runtime.lineage import history
from processors.runtime.segments import Found, Place, read_rows

_PATIENCE_S: Final = 30.0
Offsets = dict[tuple[str, int], int]


class Reached(msgspec.Struct, frozen=True):
    """Next offsets by source partition; partitions without records are left out."""

    ends: Offsets
    committed: Offsets
    states: Offsets


async def check_agreement(kafka: KafkaSettings) -> None:
    """Wait until all three are the same; PermanentError when they do not become so."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        found = await reached(kafka)
        if found.ends == found.committed == found.states:
            return
        if time.monotonic() > deadline:
            raise PermanentError(f"offsets and state do not agree: {found}")
        await asyncio.sleep(0.5)


async def reached(kafka: KafkaSettings) -> Reached:
    """Look at topics, group and changelog."""
    lifecycle = processor(load(LifecycleSettings))
    async with clients(kafka) as (consumer, admin):
        ends = await ends_of(consumer, admin, lifecycle.sources)
        committed = await admin.list_consumer_group_offsets(lifecycle.app_id)
        rows = await _rows(consumer, admin, changelog_topic(lifecycle.app_id).name)
    return Reached(
        {(tp.topic, tp.partition): end for tp, end in ends.items() if end},
        {(tp.topic, tp.partition): at.offset for tp, at in committed.items() if at.offset > 0},
        {place: history(found.rows)[0][-1].last_offset + 1 for place, found in rows.items()},
    )


async def state_rows(kafka: KafkaSettings) -> dict[Place, Found]:
    """Read the changelog as a recovery does: the rows there are, by source partition."""
    changelog = changelog_topic(load(LifecycleSettings).app_id).name
    async with clients(kafka) as (consumer, admin):
        return await _rows(consumer, admin, changelog)


@asynccontextmanager
async def clients(
    kafka: KafkaSettings,
) -> AsyncIterator[tuple[AIOKafkaConsumer, AIOKafkaAdminClient]]:
    """A consumer and an administrator while the block lasts."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap_servers)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await consumer.start()
    await admin.start()
    try:
        yield consumer, admin
    finally:
        await admin.close()
        await consumer.stop()


async def ends_of(
    consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient, topics: Iterable[str]
) -> dict[TopicPartition, int]:
    """Where each partition of these topics ends."""
    described = await admin.describe_topics(list(topics))
    places = [
        TopicPartition(topic["topic"], part["partition"])
        for topic in described
        for part in topic["partitions"]
    ]
    ends: dict[TopicPartition, int] = await consumer.end_offsets(places)
    return ends


async def _rows(
    consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient, changelog: str
) -> dict[Place, Found]:
    ends = await ends_of(consumer, admin, [changelog])
    consumer.assign(list(ends))
    await consumer.seek_to_beginning()
    values: dict[bytes, bytes | None] = {}
    while any([await consumer.position(tp) < end for tp, end in ends.items()]):
        for batch in (await consumer.getmany(timeout_ms=500)).values():
            values |= {record.key: record.value for record in batch}
    return read_rows(values.items())
