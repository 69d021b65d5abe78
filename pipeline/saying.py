"""Writes what people say, about an alert or about all fallbacks, to the topic it belongs on."""

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from pipeline.errors import UnavailableError
from pipeline.kafka import client_arguments
from pipeline.records import join, partition_of
from pipeline.settings import KafkaSettings
from pipeline.topics import partition_counts


async def say(kafka: KafkaSettings, topic: str, item: msgspec.Struct, key: str) -> None:
    """Return when all in-sync replicas have it; UnavailableError when they can't be reached."""
    partitions = (await partition_counts(kafka, [topic]))[topic]
    producer = AIOKafkaProducer(**client_arguments(kafka), acks="all")
    try:
        await producer.start()
        partition = partition_of(key, partitions)
        await producer.send_and_wait(topic, join([msgspec.json.encode(item)]), partition=partition)
    except (KafkaError, OSError) as error:
        where = kafka.bootstrap_servers
        raise UnavailableError(f"Kafka at {where} did not take it, try again: {error}") from error
    finally:
        await producer.stop()
