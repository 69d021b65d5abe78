"""Which part of a topic-partition a sink is about to store, written down before it does.

The intent travels as the metadata of the offset commit, so that offset and intent change in one
step. Whoever takes over the partition finds both, asks the store what of the range it holds,
and adds only what is missing.
"""

import re
from typing import Final

import msgspec

_TOKEN: Final = re.compile(
    r"v1\|(?P<topic>[^|]+)\|(?P<partition>\d+)\|(?P<first>\d+)-(?P<last>\d+)"
)

#: One row's place inside its partition: offset of the record, index in it.
Place = tuple[int, int]


class Partition(msgspec.Struct, frozen=True, order=True):
    """A partition of a topic."""

    topic: str
    number: int


class Range(msgspec.Struct, frozen=True):
    """Contiguous records of one partition; both ends are offsets and belong to it."""

    partition: Partition
    first: int
    last: int

    @property
    def token(self) -> str:
        """Names the range in the store's deduplication log and in the commit metadata."""
        return f"v1|{self.partition.topic}|{self.partition.number}|{self.first}-{self.last}"

    def fresh_token(self, nonce: str) -> str:
        """A token never used before: a logged one may stand for rows that were lost."""
        return f"{self.token}|{nonce}"


def read_intent(metadata: str | None, partition: Partition) -> Range | None:
    """The range that commit metadata announces, or None when it announces none of ours."""
    match = _TOKEN.match(metadata or "")
    if match is None:
        return None
    written = Partition(match["topic"], int(match["partition"]))
    found = Range(partition, int(match["first"]), int(match["last"]))
    return found if written == partition and found.first <= found.last else None


def joint_token(ranges: list[Range]) -> str:
    """The token of one insert that holds several ranges, each of its own partition."""
    return ";".join(sorted(each.token for each in ranges))
