"""Records of a real client that are put back, and some that are not."""

from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from processors.runtime.drained import Drained
from tests.processors.runtime.stand import Run, produce


@pytest.fixture
async def client(run: Run) -> AsyncIterator[AIOKafkaConsumer]:
    """Give a client of partition 0, which holds ten records."""
    await produce(run, 40)
    client = AIOKafkaConsumer(bootstrap_servers=run.bootstrap, auto_offset_reset="earliest")
    await client.start()
    client.assign([TopicPartition(run.source, 0)])
    yield client
    await client.stop()


async def drain(client: AIOKafkaConsumer) -> Drained:
    records = await client.getmany(timeout_ms=20_000)
    assignment = client._subscription.subscription.assignment  # noqa: SLF001  not public
    return Drained(records, assignment, {tp: await client.position(tp) for tp in records})


async def next_offset(client: AIOKafkaConsumer) -> int:
    offset: int = (await client.getone()).offset
    return offset


async def test_what_is_put_back_is_read_again(client: AIOKafkaConsumer, run: Run) -> None:
    client.seek(TopicPartition(run.source, 0), 3)
    drained = await drain(client)
    drained.put_back(client)
    assert await next_offset(client) == 3


async def test_where_somebody_has_sought_nothing_is_put_back(
    client: AIOKafkaConsumer, run: Run
) -> None:
    drained = await drain(client)
    client.seek(TopicPartition(run.source, 0), 7)
    drained.put_back(client)
    assert await next_offset(client) == 7


async def test_what_was_taken_before_an_assignment_is_not_put_back(
    client: AIOKafkaConsumer, run: Run
) -> None:
    drained = await drain(client)
    client.unsubscribe()
    client.assign([TopicPartition(run.source, 0)])
    client.seek(TopicPartition(run.source, 0), drained.reached[TopicPartition(run.source, 0)])
    drained.put_back(client)
    assert await client.position(TopicPartition(run.source, 0)) == 10
