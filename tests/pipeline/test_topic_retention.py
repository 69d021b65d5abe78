from __future__ import annotations

import time
import uuid

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from pipeline.settings import KafkaSettings, RetentionSettings, load
from pipeline.topic_retention import TopicRetention, apply, compare
from pipeline.topics import DEAD_LETTERS, Topic, connected_admin, declared, ensure_topics

HOUR = 3_600_000
WAIT_S = 15.0


async def test_only_what_differs_is_changed_and_nothing_else(kafka: str) -> None:
    settings = load(KafkaSettings, bootstrap_servers=kafka)
    name, absent = uuid.uuid4().hex, uuid.uuid4().hex
    before = Topic(name, "", 5, more={"segment.ms": "3600000"})
    await ensure_topics(settings, before)
    wanted = [Topic(name, "", 7), Topic(absent, "", 1)]
    assert await compare(settings, wanted) == [
        TopicRetention(name, 7 * HOUR, 5 * HOUR, HOUR),
        TopicRetention(absent, HOUR, None),
    ]
    assert [each.topic for each in await apply(settings, wanted)] == [name]
    deadline = time.monotonic() + WAIT_S  # the broker answers with the old value for a moment
    while await apply(settings, wanted):
        assert time.monotonic() < deadline, "what was changed is still to be changed"
    assert await segment_ms(settings, name) == "3600000"


async def segment_ms(settings: KafkaSettings, name: str) -> str:
    async with connected_admin(settings) as admin:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    ((_, _, _, _, entries),) = answer.resources
    return str(next(entry[1] for entry in entries if entry[0] == "segment.ms"))


def test_the_settings_reach_the_declared_topics() -> None:
    topics = declared(load(KafkaSettings), load(RetentionSettings, dead_letters_days=9))
    assert {t.name: t.retention_hours for t in topics}[DEAD_LETTERS] == 9 * 24
