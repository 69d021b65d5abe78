import uuid

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


async def test_a_record_of_several_megabytes_goes_in_and_out(kafka: str) -> None:
    topic, value = f"big-{uuid.uuid4()}", b"x" * 8_000_000
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    limits = {"max.message.bytes": str(16 << 20)}
    await admin.create_topics([NewTopic(topic, 1, 1, topic_configs=limits)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka, max_request_size=16 << 20) as producer:
        sent = await producer.send_and_wait(topic, value, partition=0)
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=kafka, auto_offset_reset="earliest"
    ) as consumer:
        received = await consumer.getone()
    assert (sent.offset, received.value) == (0, value)


async def test_topics_are_not_made_by_asking_for_them(kafka: str) -> None:
    topic = f"nobody-made-{uuid.uuid4()}"
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.client.add_topic(topic)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    topics = await admin.list_topics()
    await admin.close()
    assert topic not in topics
