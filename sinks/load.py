"""What of one partition goes into one insert."""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from pipeline.items.dead_letter import DeadLetter
from sinks.ranges import Partition, Place, Range

#: Column values in the table's order; the last four are topic, partition, offset and index.
Row = tuple[object, ...]
_OFFSET: Final = -2


class Source(msgspec.Struct, frozen=True, gc=False):
    """What a dead letter about a record needs; ``received_at`` in epoch ms."""

    value: bytes
    received_at: int


class Load(msgspec.Struct, gc=False):
    """The rows and dead letters of a contiguous range of records bound for one table.

    ``until`` is the last offset of an intent found at takeover: rows up to it may be stored
    already. A load is never partly below and partly above it. ``sources`` are its records by
    offset.
    """

    table: str
    range: Range
    rows: list[Row]
    letters: list[DeadLetter]
    until: int | None = None
    sources: dict[int, Source] = {}

    @property
    def partition(self) -> Partition:
        """The partition it was read from."""
        return self.range.partition

    @property
    def next_offset(self) -> int:
        """The offset to go on from once it is stored."""
        return self.range.last + 1

    def rest_of_intent(self) -> Range | None:
        """What is left of the found intent behind this load, if anything."""
        if self.until is None or self.until <= self.range.last:
            return None
        return Range(self.partition, self.next_offset, self.until)

    @property
    def bytes(self) -> int:
        """The size of its records."""
        return sum(len(source.value) for source in self.sources.values())


def missing(rows: Sequence[Row], held: Collection[Place]) -> list[Row]:
    """The rows whose place the store does not hold."""
    return [row for row in rows if place_of(row) not in held]


def place_of(row: Row) -> Place:
    """Where in its partition a row comes from."""
    offset, index = row[_OFFSET:]
    if not (isinstance(offset, int) and isinstance(index, int)):
        raise TypeError("a row must end in its Kafka offset and index")
    return offset, index
