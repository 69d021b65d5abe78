"""Puts the items of one flush into records: one per topic and partition, each a JSON array."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from pipeline.records import join, partition_of
from processors.runtime.fold import Item


class OutRecord(msgspec.Struct, frozen=True):
    """A record ready to be produced."""

    topic: str
    partition: int
    value: bytes


def pack(items: Iterable[Item], partitions: Mapping[str, int], limit: int) -> list[OutRecord]:
    """Group items by topic and partition, in order, cutting records at about ``limit`` bytes."""
    groups: defaultdict[tuple[str, int], list[list[bytes]]] = defaultdict(lambda: [[]])
    sizes: defaultdict[tuple[str, int], int] = defaultdict(int)
    for item in items:
        place = (item.topic, partition_of(item.key, partitions[item.topic]))
        if sizes[place] + len(item.value) > limit and groups[place][-1]:
            groups[place].append([])
            sizes[place] = 0
        groups[place][-1].append(item.value)
        sizes[place] += len(item.value) + 1
    return [
        OutRecord(topic, partition, join(values))
        for (topic, partition), cuts in groups.items()
        for values in cuts
    ]
