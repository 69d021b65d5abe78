from __future__ import annotations

import uuid

from pipeline.settings import KafkaSettings, load
from pipeline.topic_check import TopicDifference, differences
from pipeline.topics import Topic, ensure_topics


async def test_differences_name_what_and_both_values(kafka: str) -> None:
    settings = load(KafkaSettings, bootstrap_servers=kafka)
    name, absent = uuid.uuid4().hex, uuid.uuid4().hex
    await ensure_topics(settings, Topic(name, "", 5, partitions=2))
    assert await differences(settings, [Topic(name, "", 5, partitions=2)]) == []
    wanted = [Topic(name, "", 7, "compact", {"segment.ms": "1000"}, 3), Topic(absent, "", 1)]
    found = await differences(settings, wanted)
    assert found == [
        TopicDifference(name, "partitions", "3", "2"),
        TopicDifference(name, "cleanup.policy", "compact", "delete"),
        TopicDifference(name, "retention.ms", "25200000", "18000000"),
        TopicDifference(name, "segment.ms", "1000", "604800000"),
        TopicDifference(absent, "topic", "", ""),
    ]
    assert [each.missing for each in found] == [False, False, False, False, True]
    assert str(found[0]) == f"{name}: partitions is 2, should be 3"
    assert await differences(settings, []) == []


async def test_larger_records_than_declared_are_fine(kafka: str) -> None:
    settings = load(KafkaSettings, bootstrap_servers=kafka)
    name = uuid.uuid4().hex
    await ensure_topics(settings, Topic(name, "", 5, more={"max.message.bytes": "33554432"}))
    assert await differences(settings, [Topic(name, "", 5)]) == []
