"""What the readiness probe asks a real broker."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.protocol.metadata import MetadataRequest

from ingest.layout import partition_counts
from pipeline.errors import UnavailableError
from pipeline.settings import KafkaSettings
from pipeline.topics import RAW
from tests.ingest.conftest import partitions_of


class Listening:
    """A client that notes what is asked."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401  aiokafka ships no types
        self.cluster = client.cluster
        self._client = client
        self.asked: list[tuple[Any, ...]] = []

    async def send(self, node: int, request: MetadataRequest) -> Any:  # noqa: ANN401  as above
        made = request.prepare({MetadataRequest.API_KEY: (0, 5)})
        self.asked.append((made.topics, made.allow_auto_topic_creation))
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


async def test_no_broker_is_said_to_be_away(client: Listening) -> None:
    client.cluster = type(client.cluster)()
    with pytest.raises(UnavailableError, match="Kafka does not answer"):
        await partition_counts(client, [RAW["other"]])
    assert client.asked == []
