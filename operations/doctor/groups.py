"""Consumer groups: whether each has begun, how far it is behind, and whether it lost records."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from aiokafka import TopicPartition

from operations.doctor.finding import Finding
from operations.doctor.reading import offsets_reader, partitions_of
from pipeline.settings import KafkaSettings
from pipeline.topics import connected_admin, partition_counts

NAME: Final = "kafka.groups"


class Position(msgspec.Struct, frozen=True):
    """A group's place in one partition; ``committed`` is None where it has never been."""

    beginning: int
    end: int
    committed: int | None = None

    @property
    def behind(self) -> int:
        """Records it has not read yet."""
        start = self.beginning if self.committed is None else self.committed
        return max(0, self.end - max(start, self.beginning))

    @property
    def lost(self) -> int:
        """Records that Kafka deleted before it read them."""
        return 0 if self.committed is None else max(0, self.beginning - self.committed)


async def look_at_groups(
    kafka: KafkaSettings, groups: Mapping[str, Sequence[str]]
) -> list[Finding]:
    """One finding for each group; UnavailableError when Kafka does not answer."""
    counts = await partition_counts(
        kafka, {topic for topics in groups.values() for topic in topics}
    )
    async with offsets_reader(kafka) as reader, connected_admin(kafka) as admin:
        partitions = partitions_of(counts, counts)
        beginnings = await reader.beginning_offsets(partitions)
        ends = await reader.end_offsets(partitions)
        findings = []
        for group, topics in groups.items():
            marks = await admin.list_consumer_group_offsets(group)
            positions = [
                Position(beginnings[tp], ends[tp], _committed(marks, tp))
                for tp in partitions_of(topics, counts)
            ]
            findings.append(judge(group, positions))
    return findings


def judge(group: str, positions: Sequence[Position]) -> Finding:
    """Say how the group does."""
    behind = sum(position.behind for position in positions)
    lost = sum(position.lost for position in positions)
    if lost:
        seen = f"{group}: Kafka deleted {lost:,} records before they were read"
        return Finding(NAME, "fail", seen, "keep records for longer; see `twilio-pipeline ledger`")
    if behind and all(position.committed is None for position in positions):
        seen = f"{group} has read nothing yet of {behind:,} records"
        return Finding(NAME, "warn", seen, "see whether its part runs")
    return Finding(NAME, "ok", f"{group}: {behind:,} records behind")


def _committed(marks: Mapping[TopicPartition, object], tp: TopicPartition) -> int | None:
    offset = int(getattr(marks.get(tp), "offset", -1))
    return offset if offset >= 0 else None
