"""What the readiness probe asks a real broker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from ingest.coalescer import Record
from ingest.kafka_link import KafkaLink
from ingest.layout import partition_counts
from pipeline.errors import UnavailableError
from pipeline.settings import KafkaSettings
from pipeline.topics import RAW
from tests.ingest.conftest import partitions_of
from tests.sinks.stand import create_topics


class Listening:
    """A client that notes what is asked."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401  aiokafka ships no types
        self.cluster = client.cluster
        self._client = client
        self.asked: list[tuple[Any, ...]] = []
        self.closed = 0

    async def send(self, node: int, request: MetadataRequest) -> Any:  # noqa: ANN401  as above
        made = request.prepare({MetadataRequest.API_KEY: (0, 5)})
        self.asked.append((made.topics, made.allow_auto_topic_creation))
        if self.closed:
            self.closed -= 1
            raise KafkaConnectionError
        return await self._client.send(node, request)


@pytest.fixture
async def client(broker: KafkaSettings) -> AsyncIterator[Listening]:
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers)
    await producer.start()
    yield Listening(producer.client)
    await producer.stop()


async def test_it_asks_for_the_given_topics_alone(client: Listening, broker: KafkaSettings) -> None:
    topics = [RAW["messaging"], RAW["other"]]
    counts = await partition_counts(client, topics)
    expected = [await partitions_of(broker.bootstrap_servers, each) for each in topics]
    assert counts == dict(zip(topics, expected, strict=True))
    assert client.asked == [(topics, False)]


async def test_asking_for_a_topic_does_not_make_it(client: Listening) -> None:
    topic = f"missing-{uuid4()}"
    for _ in range(2):
        with pytest.raises(UnavailableError, match=f"topic {topic} does not exist"):
            await partition_counts(client, [topic])


async def test_a_broker_that_closed_its_connection_is_asked_once_more(client: Listening) -> None:
    client.closed = 1
    assert RAW["other"] in await partition_counts(client, [RAW["other"]])
    client.closed = 2
    with pytest.raises(UnavailableError, match="Kafka does not answer"):
        await partition_counts(client, [RAW["other"]])


async def test_no_broker_is_said_to_be_away(client: Listening) -> None:
    client.cluster = type(client.cluster)()
    with pytest.raises(UnavailableError, match="Kafka does not answer"):
        await partition_counts(client, [RAW["other"]])
    assert client.asked == []


async def test_a_topic_that_an_upgrade_brings_is_not_waited_for(broker: KafkaSettings) -> None:
    late = f"late-{uuid4()}"
    link = KafkaLink(broker, [RAW["other"], late], dispensable=[late])
    seen: dict[str, int] = {}
    assert link.needed == (RAW["other"],)
    running = asyncio.create_task(link.run(seen.update))
    try:
        await until(lambda: link.problem is None)
        acknowledged = await link.send(Record(RAW["other"], 0, b"[]", [], 0))
        await acknowledged
        with pytest.raises(UnavailableError, match=f"topic {late} does not exist"):
            await link.send(Record(late, 0, b"[]", [], 0))
        await create_topics(broker.bootstrap_servers, [late])
        await until(lambda: late in seen)
        acknowledged = await link.send(Record(late, 0, b"[]", [], 0))
        await acknowledged
    finally:
        running.cancel()
        await asyncio.wait([running])
        await link.close(5)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  the link tells nobody
            await asyncio.sleep(0.05)
