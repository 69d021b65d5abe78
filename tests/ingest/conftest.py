"""An ingress in the test's own event loop, on the run's real broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import pytest
from aiokafka import AIOKafkaConsumer

from ingest.app import build
from pipeline.settings import IngestSettings, KafkaSettings, SpoolSettings, load
from pipeline.topics import RAW, ensure_topics
from tests.ingest.topic_reader import TopicReader, reading
from tests.ingest.twilio_like import ORIGIN, PATH, TOKEN, Sender

StartIngress = Callable[..., AbstractAsyncContextManager[Sender]]


@pytest.fixture
async def broker(kafka: str) -> KafkaSettings:
    """The broker, with the product's topics."""
    await ensure_topics(load(KafkaSettings, bootstrap_servers=kafka))
    partitions = await partitions_of(kafka, RAW["messaging"])
    return load(KafkaSettings, bootstrap_servers=kafka, partitions=partitions)


async def partitions_of(kafka: str, topic: str) -> int:
    """How many there are: on the run's shared broker another test may have made the topic."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka)
    await consumer.start()
    try:
        return len(consumer.partitions_for_topic(topic) or ())
    finally:
        await consumer.stop()


@pytest.fixture
async def reader(broker: KafkaSettings) -> AsyncIterator[TopicReader]:
    """Everything this test puts on the topics the ingress writes."""
    async with reading(broker.bootstrap_servers) as topic_reader:
        yield topic_reader


@pytest.fixture
def start_ingress(broker: KafkaSettings) -> StartIngress:
    """Start an ingress with some settings of its own."""

    def start(**settings: object) -> AbstractAsyncContextManager[Sender]:
        return serving(broker, None, **settings)

    return start


@pytest.fixture
async def ingress(start_ingress: StartIngress) -> AsyncIterator[Sender]:
    """An ingress with usual settings, ready."""
    async with start_ingress() as sender:
        await sender.until_ready()
        yield sender


@asynccontextmanager
async def serving(
    kafka: KafkaSettings, spool: SpoolSettings | None = None, **settings: object
) -> AsyncIterator[Sender]:
    """Serve on a free port while the block lasts."""
    values = {"public_url": f"{ORIGIN}{PATH}", "auth_tokens": f"{TOKEN}, second-token"}
    loaded = load(IngestSettings, **{**values, **settings})
    ingress = build(loaded, kafka, spool)
    try:
        port = await ingress.start("127.0.0.1", 0)
        async with aiohttp.ClientSession() as session:
            yield Sender(session, f"http://127.0.0.1:{port}")
    finally:
        await ingress.stop()
