"""Kafka's topics as declared: what is missing, what does harm, and what only differs."""

from collections.abc import Sequence
from typing import Final

from operations.doctor.finding import Finding, Grade
from pipeline.settings import KafkaSettings
from pipeline.topic_check import TopicDifference, differences
from pipeline.topics import MIN_INSYNC, Topic

NAME: Final = "kafka.topics"
_PARTITIONS: Final = "partitions"
_COPIES: Final = "replication factor"
_CREATE: Final = "run `twilio-pipeline topics create`"
_DO: Final = {
    _PARTITIONS: "set TWILIO_PIPELINE_KAFKA_PARTITIONS to what there is, and don't change it later",
    _COPIES: "reassign the partitions with Kafka's own tools",
    MIN_INSYNC: "set it with Kafka's own tools: an acknowledged event must be on so many disks",
    "retention.ms": "run `twilio-pipeline retention apply`",
}
_OTHER: Final = "set it with Kafka's own tools"
#: Differences that lose records or stop a part.
_HARMFUL: Final = frozenset({"cleanup.policy", "max.message.bytes", _COPIES, MIN_INSYNC})


async def look_at_topics(kafka: KafkaSettings, topics: Sequence[Topic]) -> list[Finding]:
    """One finding for each difference; UnavailableError when Kafka does not answer."""
    single = frozenset(topic.name for topic in topics if topic.partitions == 1)
    found = await differences(kafka, topics)
    missing = [each.topic for each in found if each.missing]
    findings = [judge(each, single) for each in found if not each.missing]
    if missing:
        seen = f"{len(missing)} missing: {', '.join(missing)}"
        findings.insert(0, Finding(NAME, "fail", seen, _CREATE))
    return findings or [Finding(NAME, "ok", f"{len(topics)} topics are as declared")]


def judge(difference: TopicDifference, single: frozenset[str]) -> Finding:
    """Say how bad it is; topics that are read as a whole must have one partition."""
    alone = difference.topic in single and difference.what == _PARTITIONS
    grade: Grade = "fail" if alone or difference.what in _HARMFUL else "warn"
    do = _DO.get(difference.what, _OTHER)
    if alone:
        do = "delete the topic while its parts are stopped, and " + _CREATE
    return Finding(NAME, grade, str(difference), do)
