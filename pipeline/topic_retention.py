"""How long Kafka's topics keep what, compared with what is declared."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from pipeline.errors import PermanentError
from pipeline.settings import KafkaSettings
from pipeline.topics import Topic, connected_admin

_RETENTION: Final = "retention.ms"
_SEGMENT: Final = "segment.ms"
#: Where a value comes from that somebody set on the topic itself.
_SET_ON_TOPIC: Final = 1


class TopicRetention(msgspec.Struct, frozen=True):
    """A topic's retention in ms as declared and as found; ``found`` is None for no topic.

    ``segment`` is how long (ms) a file is written to, which is deleted as a whole.
    """

    topic: str
    wanted: int
    found: int | None
    segment: int = 0


async def compare(settings: KafkaSettings, topics: Sequence[Topic]) -> list[TopicRetention]:
    """All topics, declared against found; UnavailableError when no broker answers."""
    async with connected_admin(settings) as admin:
        present = await _describe(admin, topics)
    return [_compared(topic, present.get(topic.name)) for topic in topics]


async def apply(settings: KafkaSettings, topics: Sequence[Topic]) -> list[TopicRetention]:
    """Change the retention where it differs, and nothing else; return what was changed.

    UnavailableError when no broker answers, PermanentError when one refuses.
    """
    changed = []
    async with connected_admin(settings) as admin:
        present = await _describe(admin, topics)
        for topic in topics:
            compared = _compared(topic, present.get(topic.name))
            if compared.found not in {None, compared.wanted}:
                await _alter(admin, topic, present[topic.name])
                changed.append(compared)
    return changed


async def _describe(
    admin: AIOKafkaAdminClient, topics: Sequence[Topic]
) -> dict[str, dict[str, tuple[str, int]]]:
    """Settings of the topics that exist: value and source by name."""
    existing = set(await admin.list_topics())
    asked = [
        ConfigResource(ConfigResourceType.TOPIC, topic.name)
        for topic in topics
        if topic.name in existing
    ]
    answers = await admin.describe_configs(asked) if asked else []
    return {
        name: {entry[0]: (entry[1], entry[3]) for entry in entries}
        for answer in answers
        for code, _, _, name, entries in answer.resources
        if code == 0
    }


def _compared(topic: Topic, present: Mapping[str, tuple[str, int]] | None) -> TopicRetention:
    wanted = int(topic.config()[_RETENTION])
    if present is None:
        return TopicRetention(topic.name, wanted, None)
    found, segment = int(present[_RETENTION][0]), int(present[_SEGMENT][0])
    return TopicRetention(topic.name, wanted, found, segment)


async def _alter(
    admin: AIOKafkaAdminClient, topic: Topic, present: Mapping[str, tuple[str, int]]
) -> None:
    """Altering replaces all that was set on the topic, so that is sent along."""
    kept = {name: value for name, (value, source) in present.items() if source == _SET_ON_TOPIC}
    configs: dict[str, Any] = kept | {_RETENTION: topic.config()[_RETENTION]}
    resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, configs)
    for answer in await admin.alter_configs([resource]):
        for code, text, *_ in answer.resources:
            if code:
                reason = text or for_code(code).__name__
                raise PermanentError(f"Kafka refused to change {topic.name}: {reason}")
