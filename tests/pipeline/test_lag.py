"""Lag per partition against a real broker, and clear words when there is none."""

from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local.ports import free_port
from pipeline.errors import UnavailableError
from pipeline.lag import Lag, connect_lag_reader, total
from pipeline.settings import KafkaSettings, load


async def test_lag_is_what_was_not_committed(kafka: str) -> None:
    topic, group = f"lag-{uuid4().hex}", f"group-{uuid4().hex}"
    await _fill(kafka, topic, {0: 5, 1: 2, 2: 0})
    await _commit(kafka, group, {TopicPartition(topic, 0): 3})

    async with connect_lag_reader(load(KafkaSettings, bootstrap_servers=kafka)) as reader:
        lags = await reader.read({group: (topic,), "nobody": (topic,)})

    assert lags[:3] == [
        Lag(group, topic, 0, 2, 5),
        Lag(group, topic, 1, 2, 2),
        Lag(group, topic, 2, 0, 0),
    ]
    assert total(lags, group) == 4
    assert total(lags, "nobody") == 7


async def test_no_broker_is_said_in_one_line() -> None:
    settings = load(KafkaSettings, bootstrap_servers=f"127.0.0.1:{free_port()}")

    with pytest.raises(UnavailableError, match=r"^Kafka at 127\.0\.0\.1:\d+ does not answer .+$"):
        async with connect_lag_reader(settings):
            pass


async def _fill(kafka: str, topic: str, records: dict[int, int]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, len(records), 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    for partition, count in records.items():
        for _ in range(count):
            await producer.send_and_wait(topic, b"[]", partition=partition)
    await producer.stop()


async def _commit(kafka: str, group: str, offsets: dict[TopicPartition, int]) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    consumer.assign(list(offsets))
    await consumer.commit(offsets)
    await consumer.stop()
