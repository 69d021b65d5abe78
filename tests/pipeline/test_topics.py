import uuid

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from local.ports import free_port
from pipeline.errors import UnavailableError
from pipeline.settings import KafkaSettings, load
from pipeline.topics import ALERTS, RAW, Topic, declared, ensure_topics, partition_counts


def settings(bootstrap: str, partitions: int = 3) -> KafkaSettings:
    return load(KafkaSettings, bootstrap_servers=bootstrap, partitions=partitions)


def test_every_product_has_a_raw_topic() -> None:
    assert sorted(RAW.values()) == [
        "twilio.errors",
        "twilio.messaging",
        "twilio.other",
        "twilio.verify",
        "twilio.voice",
    ]
    names = [topic.name for topic in declared(settings("unused:1"))]
    assert len(names) == len(set(names))
    assert {*RAW.values(), ALERTS} < set(names)


async def test_topics_are_created_once_as_declared(kafka: str) -> None:
    extra = Topic(f"extra-{uuid.uuid4().hex}", "test", 2, "compact", {"segment.ms": "60000"})
    assert extra.name in await ensure_topics(settings(kafka), extra)
    assert await ensure_topics(settings(kafka, partitions=9), extra) == []
    single = Topic(f"single-{uuid.uuid4().hex}", "test", 2, partitions=1)
    await ensure_topics(settings(kafka), single)
    counts = await partition_counts(settings(kafka), [extra.name, single.name])
    assert counts == {extra.name: 3, single.name: 1}
    assert await topic_config(kafka, extra.name) >= {
        ("cleanup.policy", "compact"),
        ("retention.ms", "7200000"),
        ("segment.ms", "60000"),
        ("max.message.bytes", "16777216"),
    }


async def topic_config(bootstrap: str, name: str) -> set[tuple[str, str]]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    (response,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    await admin.close()
    ((*_, entries),) = response.resources
    return {(entry[0], entry[1]) for entry in entries}


async def test_a_missing_topic_is_named(kafka: str) -> None:
    with pytest.raises(UnavailableError, match="no topic nowhere"):
        await partition_counts(settings(kafka), ["nowhere"])


async def test_a_broker_that_is_away_is_named() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(UnavailableError, match=f"Kafka at {address} does not answer"):
        await ensure_topics(settings(address))
