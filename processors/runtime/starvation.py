"""A source partition that gives nothing any more, though Kafka has more of it.

A record that is skipped shows as a hole when the next one comes. Where none comes, or none is
fetched at all, a worker looks alive and its partition stands still; so Kafka is asked where the
partitions end. A worker that starts anew reads on.
"""

from collections.abc import Mapping
from typing import Final

import msgspec
from faust.types import TP

from pipeline.errors import UnavailableError

#: Seconds between two looks.
LOOK_S: Final = 10.0
#: Looks without news after which a partition starves. Looks and not seconds: a process that
#: slept, or whose broker was away, has not looked.
PATIENCE: Final = 3


class StarvedPartitionError(UnavailableError):
    """Kafka holds records of a partition, and none of them comes."""


class Reading(msgspec.Struct, frozen=True):
    """How far a partition has come.

    ``next_offset`` is what would be folded next, ``position`` what the client would fetch next,
    None when it does not know; ``polled_ms`` is when a poll was last answered (epoch ms).
    """

    next_offset: int
    position: int | None
    polled_ms: int | None
    is_queued: bool


class Starvation:
    """Watches the partitions of one worker.

    What is polled again and again and not read to its end gets its turn: a poll's answer is
    limited, and a backlog of many partitions takes them one after the other.
    """

    def __init__(self) -> None:
        self._looks: dict[TP, tuple[int, tuple[int, int | None]]] = {}

    def look(self, readings: Mapping[TP, Reading], spans: Mapping[TP, tuple[int, int]]) -> list[TP]:
        """Note where partitions are, and where Kafka says they begin and end.

        Gives those that starve. Of a partition that Kafka did not tell of nothing is known.
        """
        waiting = {
            tp: _mark(reading, spans[tp][1])
            for tp, reading in readings.items()
            if tp in spans and _has_more(reading, *spans[tp])
        }
        self._looks = {tp: (self._looks_at(tp, mark), mark) for tp, mark in waiting.items()}
        return [tp for tp, (looks, _) in self._looks.items() if looks >= PATIENCE]

    def _looks_at(self, tp: TP, mark: tuple[int, int | None]) -> int:
        looks, last = self._looks.get(tp, (0, None))
        return looks + 1 if mark == last else 0


def _has_more(reading: Reading, beginning: int, end: int) -> bool:
    """Whether there are records to come; what retention has deleted does not."""
    return max(reading.next_offset, beginning) < end and not reading.is_queued


def _mark(reading: Reading, end: int) -> tuple[int, int | None]:
    """What changes while a partition is read."""
    is_read = reading.position is not None and reading.position >= end
    return reading.next_offset, None if is_read else reading.polled_ms
