"""Topics as declared, compared with those Kafka has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from typing_extensions import override

from pipeline.settings import KafkaSettings
from pipeline.topics import MIN_INSYNC, Topic, connected_admin

#: Of these, more than is declared does no harm.
_AT_LEAST: Final = frozenset({"max.message.bytes", MIN_INSYNC, "replication factor"})
_MISSING: Final = "topic"


class TopicDifference(msgspec.Struct, frozen=True):
    """What of one topic is not as declared; ``what`` is Kafka's name for the setting."""

    topic: str
    what: str
    wanted: str
    found: str

    @property
    def missing(self) -> bool:
        """Whether the whole topic is."""
        return self.what == _MISSING

    @override
    def __str__(self) -> str:
        if self.missing:
            return f"{self.topic} is missing"
        return f"{self.topic}: {self.what} is {self.found}, should be {self.wanted}"


async def differences(settings: KafkaSettings, topics: Sequence[Topic]) -> list[TopicDifference]:
    """Compare all; UnavailableError when no broker answers."""
    async with connected_admin(settings) as admin:
        present = set(await admin.list_topics())
        asked = [topic.name for topic in topics if topic.name in present]
        found = await _found(admin, asked) if asked else {}
    return [
        TopicDifference(topic.name, *each)
        for topic in topics
        for each in _compared(topic, settings, found.get(topic.name))
    ]


def _wanted(topic: Topic, settings: KafkaSettings) -> dict[str, str]:
    """All that is declared of a topic, by Kafka's names."""
    return {
        "partitions": str(topic.partitions or settings.partitions),
        "replication factor": str(settings.replication_factor),
        MIN_INSYNC: str(settings.insync_replicas),
        **topic.config(),
    }


async def _found(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    described = {
        topic["topic"]: topic["partitions"] for topic in await admin.describe_topics(names)
    }
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answers = await admin.describe_configs(resources)
    return {
        name: {entry[0]: entry[1] for entry in entries} | _layout(described[name])
        for answer in answers
        for _, _, _, name, entries in answer.resources
    }


def _layout(partitions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    copies = min(len(partition["replicas"]) for partition in partitions)
    return {"partitions": str(len(partitions)), "replication factor": str(copies)}


def _compared(
    topic: Topic, settings: KafkaSettings, found: Mapping[str, str] | None
) -> Iterator[tuple[str, str, str]]:
    if found is None:
        yield _MISSING, "", ""
        return
    for what, value in _wanted(topic, settings).items():
        there = found.get(what, "not set")
        enough = what in _AT_LEAST and there.isdecimal() and int(there) >= int(value)
        if there != value and not enough:
            yield what, value, there
