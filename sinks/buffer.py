"""What was read and is not stored yet, per partition, as ranges without holes."""

from collections import deque
from collections.abc import Mapping
from typing import Final

import msgspec

from pipeline.items.dead_letter import DeadLetter
from sinks.load import Load, Row, Source
from sinks.ranges import Partition, Range

_CLOSED: Final = -1


class Decoded(msgspec.Struct, gc=False):
    """What one record holds for its table."""

    partition: Partition
    offset: int
    table: str
    rows: list[Row]
    letters: list[DeadLetter]
    source: Source | None = None


class Buffer:
    """Collects decoded records; ``intents`` are those found when the partitions were taken."""

    def __init__(self, intents: Mapping[Partition, Range]) -> None:
        self._until = {partition: intent.last for partition, intent in intents.items()}
        self._loads: dict[Partition, deque[Load]] = {}
        self.rows = 0
        #: Bytes of the records in it.
        self.bytes = 0
        #: When the oldest record in it came, by the caller's clock; None when it is empty.
        self.since: float | None = None

    def add(self, decoded: Decoded, now: float) -> None:
        """Append a record; it must be the next of its partition."""
        loads = self._loads.setdefault(decoded.partition, deque())
        until = self._until_of(decoded)
        if not loads or loads[-1].until != until:
            span = Range(decoded.partition, decoded.offset, decoded.offset)
            loads.append(Load(decoded.table, span, [], [], until, {}))
        _extend(loads[-1], decoded)
        self.rows += len(decoded.rows) + len(decoded.letters)
        self.bytes += len(decoded.source.value) if decoded.source else 0
        self.since = now if self.since is None else self.since

    def first(self) -> list[Load]:
        """The first range of each partition: what ``take`` gives unless more comes."""
        return [loads[0] for loads in self._loads.values()]

    def take(self, now: float) -> list[Load]:
        """Remove and return the first range of each partition."""
        taken = [loads.popleft() for loads in self._loads.values()]
        self._loads = {key: loads for key, loads in self._loads.items() if loads}
        self.rows -= sum(len(load.rows) + len(load.letters) for load in taken)
        self.bytes -= sum(load.bytes for load in taken)
        self.since = now if self._loads else None
        return taken

    def full(self, rows: int, size: int) -> bool:
        """Whether it has this many rows, or bytes of records."""
        return self.rows >= rows or self.bytes >= size

    def aged(self, now: float, seconds: float) -> bool:
        """Whether its oldest record has waited for so long."""
        return self.since is not None and now - self.since >= seconds

    def _until_of(self, decoded: Decoded) -> int | None:
        until = self._until.get(decoded.partition, _CLOSED)
        return until if decoded.offset <= until else None


def _extend(load: Load, decoded: Decoded) -> None:
    load.range = Range(load.partition, load.range.first, decoded.offset)
    load.rows.extend(decoded.rows)
    load.letters.extend(decoded.letters)
    if decoded.source is not None:
        load.sources[decoded.offset] = decoded.source
