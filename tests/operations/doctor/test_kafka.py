import time
import uuid

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from operations.doctor.brokers import look_at_brokers
from operations.doctor.groups import Position, judge, look_at_groups
from operations.doctor.stamps import look_at_stamps
from pipeline.cli.checks.kept import judge as judge_topic
from pipeline.cli.checks.kept import look_at_topics
from pipeline.settings import KafkaSettings, load
from pipeline.topic_check import TopicDifference
from pipeline.topics import Topic, ensure_topics


async def test_a_broker_is_met(kafka: str) -> None:
    (found,) = await look_at_brokers(load(KafkaSettings, bootstrap_servers=kafka))
    assert found.grade == "ok"
    assert found.seen.startswith(f"1 answer by PLAINTEXT without a user: {kafka} (Produce v")


async def test_too_few_brokers_are_told(kafka: str) -> None:
    settings = load(KafkaSettings, bootstrap_servers=kafka, replication_factor=3)
    assert [(each.grade, each.seen) for each in (await look_at_brokers(settings))[1:]] == [
        ("fail", "1 brokers can't hold 3 copies")
    ]


async def test_topics_are_compared(kafka: str) -> None:
    settings = load(KafkaSettings, bootstrap_servers=kafka)
    there, absent = Topic(f"there-{uuid.uuid4()}", "", 5, partitions=1), Topic("absent", "", 5)
    await ensure_topics(settings, there)
    (found,) = await look_at_topics(settings, [there])
    assert (found.grade, found.seen) == ("ok", "1 topics are as declared")
    (found,) = await look_at_topics(settings, [there, absent])
    assert (found.grade, found.seen) == ("fail", "1 missing: absent")


def test_a_topic_of_one_partition_must_have_one() -> None:
    difference = TopicDifference("twilio.outcomes", "partitions", "1", "8")
    found = judge_topic(difference, frozenset({"twilio.outcomes"}))
    assert found.grade == "fail"
    assert found.do.startswith("delete the topic while its parts are stopped")
    assert judge_topic(difference, frozenset()).grade == "warn"


def test_only_differences_that_harm_fail() -> None:
    grades = {
        what: judge_topic(TopicDifference("t", what, "1", "2"), frozenset()).grade
        for what in ("retention.ms", "min.insync.replicas", "cleanup.policy", "segment.ms")
    }
    assert grades == {
        "retention.ms": "warn",
        "min.insync.replicas": "fail",
        "cleanup.policy": "fail",
        "segment.ms": "warn",
    }


async def test_groups_are_found_where_they_are(kafka: str) -> None:
    settings = load(KafkaSettings, bootstrap_servers=kafka)
    topic, group = f"read-{uuid.uuid4()}", f"group-{uuid.uuid4()}"
    await ensure_topics(settings, Topic(topic, "", 5, partitions=1))
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for _ in range(3):
            await producer.send_and_wait(topic, b"[]")
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    await consumer.commit({TopicPartition(topic, 0): 2})
    await consumer.stop()
    found = await look_at_groups(settings, {group: (topic,), "nobody": (topic,)})
    assert [(each.grade, each.seen) for each in found] == [
        ("ok", f"{group}: 1 records behind"),
        ("warn", "nobody has read nothing yet of 3 records"),
    ]


def test_what_was_deleted_unread_fails() -> None:
    found = judge("sink", [Position(10, 20, 20), Position(7, 9, 5)])
    assert (found.grade, found.seen) == (
        "fail",
        "sink: Kafka deleted 2 records before they were read",
    )
    assert judge("sink", [Position(10, 10)]).grade == "ok"
    assert Position(10, 20, 5).behind == 10
    assert Position(10, 20).behind == 10


async def test_a_record_from_the_future_is_found(kafka: str) -> None:
    settings = load(KafkaSettings, bootstrap_servers=kafka)
    topic = f"stamped-{uuid.uuid4()}"
    await ensure_topics(settings, Topic(topic, "", 5, partitions=1))
    now = time.time()
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.send_and_wait(topic, b"[]", timestamp_ms=int(now * 1000) + 30_000)
    (found,) = await look_at_stamps(settings, [topic], lambda: now)
    assert (found.grade, found.seen) == (
        "warn",
        f"a record of {topic} is stamped 30 s ahead of this machine",
    )
    (found,) = await look_at_stamps(settings, [topic], lambda: now + 30)
    assert found.grade == "ok"
