"""A migrated database of the test's own, topics of its own, and a sink that runs on them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from aiokafka import AIOKafkaProducer

from pipeline.privacy import Pseudonymizer
from pipeline.settings import ClickHouseSettings, KafkaSettings, SinkSettings, load
from sinks.clickhouse import connect
from sinks.people import People
from sinks.run import SinkConfig
from tests.databases import Databases
from tests.sinks.shelf import Shelf
from tests.sinks.stand import HASH_KEY, Stand, create_topics, renamed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from clickhouse_connect.driver.client import Client


@pytest.fixture
def empty(server: ClickHouseSettings) -> Iterator[ClickHouseSettings]:
    """A database of the test's own, not made yet."""
    settings = server.model_copy(update={"database": f"t{uuid.uuid4().hex}"})
    yield settings
    with connect(settings, database="default") as client:
        client.command(f"DROP DATABASE IF EXISTS {settings.database}")


@pytest.fixture
def database(databases: Databases) -> Iterator[ClickHouseSettings]:
    """A migrated database that nobody else uses meanwhile."""
    with databases.lent() as settings:
        yield settings


@pytest.fixture
def client(database: ClickHouseSettings) -> Iterator[Client]:
    with connect(database) as opened:
        yield opened


@pytest.fixture
def shelf(client: Client, database: ClickHouseSettings) -> Shelf:
    return Shelf(client, database)


@pytest.fixture
async def stand(kafka: str, database: ClickHouseSettings) -> AsyncIterator[Stand]:
    suffix = uuid.uuid4().hex
    raw, windows, letters = (f"{name}-{suffix}" for name in ("raw", "windows", "letters"))
    await create_topics(kafka, (raw, windows, letters))
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all")
    await producer.start()
    people = People(Pseudonymizer(HASH_KEY.encode()))
    config = SinkConfig(
        load(KafkaSettings, bootstrap_servers=kafka),
        database,
        load(SinkSettings, group_id=f"sink-{suffix}", batch_seconds=0.05),
        renamed(raw, windows, letters, people.note),
        letters,
        people,
    )
    yield Stand(config, producer, raw, windows, letters)
    await producer.stop()
