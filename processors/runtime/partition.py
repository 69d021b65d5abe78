"""The state of one source partition: a fold, its fence, and the changelog rows that hold it."""

from collections import deque
from collections.abc import Iterable
from typing import Final

import msgspec

from processors.runtime.fence import Fence
from processors.runtime.fold import Entry, Fold, Item, Key, SourceRecord
from processors.runtime.lineage import history
from processors.runtime.row import ORIGIN, RowId, StateRow, encode_row, row_key

#: Old rows are merged when they hold this many times the live entries (write amplification 2)...
_MAX_WASTE: Final = 2
_SLACK: Final = 1_000
#: ... or when a recovery would read more rows than this; a flush moves at most so many entries.
_MAX_ROWS: Final = 1_000
_MAX_MOVED: Final = 5_000


class Flush(msgspec.Struct, frozen=True):
    """What one flush writes, in this order: ``items``, the row, the commit, the deletions.

    Items come before the row: once the row is there a replay is skipped, so items that had not
    been written by then would never be. Written twice they are the same, for the fold is
    deterministic. Deletions come after the commit, which only the present owner can do: a paused
    former owner must not delete rows whose entries it moved to a row nobody will read.
    """

    items: list[Item]
    row_key: bytes
    row_value: bytes
    next_offset: int
    obsolete: list[bytes]


class _Row(msgspec.Struct):
    """A live changelog row: its id, when written in this life (``ordinal``), the keys in it."""

    id: RowId
    ordinal: int
    keys: list[Key]


class PartitionState:
    """Folds one partition's records and says what to write; does no I/O itself."""

    def __init__(self, topic: str, partition: int, fold: Fold, generation: int) -> None:
        self.topic = topic
        self.partition = partition
        self.fold = fold
        self.fence = Fence()
        self._epoch = max(generation, 1)
        self._parent = ORIGIN
        self._sequence = 0
        self._rows: deque[_Row] = deque()
        self._ordinal = 0
        self._flushed = self.fence.last
        self._strays: list[bytes] = []

    def restore(self, rows: Iterable[StateRow]) -> None:
        """Take over what a recovery found; stray rows are deleted by the first flush.

        The epoch rises above every one seen, also when the group's generation started anew.
        """
        kept, strays = history(rows)
        for row in kept:
            self._add_row(row.id, self.fold.restore(row.body))
            self.fence.last = self._flushed = row.last_offset
            self._parent = row.id
        highest = max((row.id.epoch for row in (*kept, *strays)), default=0)
        self._epoch = max(self._epoch, highest + 1)
        self._strays = [row_key(self.topic, self.partition, row.id) for row in strays]
        self.fold.expire()

    def apply(self, record: SourceRecord) -> None:
        """Fold in a record that the fence judged to be the next one."""
        self.fold.apply(record)
        self.fence.last = record.offset

    def flush(self) -> Flush | None:
        """Collect what there is to write; None when nothing was folded since the last flush."""
        if self.fence.last == self._flushed:
            return None
        items = list(self.fold.items(self.fence.last))
        swept, moved = self._sweep()
        body, keys = self.fold.encode(moved)
        row = StateRow(
            self.topic,
            self.partition,
            RowId(self._epoch, self._sequence),
            self._parent,
            self.fence.last,
            body,
        )
        self._sequence += 1
        self._add_row(row.id, keys)
        self._flushed = row.last_offset
        self.fold.expire()  # not before: what expired since the last flush must be emitted once
        obsolete = [row_key(self.topic, self.partition, old.id) for old in swept]
        strays, self._strays = self._strays, []
        key = row_key(self.topic, self.partition, row.id)
        return Flush(items, key, encode_row(row), row.last_offset + 1, strays + obsolete)

    @property
    def rows(self) -> int:
        """How many changelog rows a recovery would read."""
        return len(self._rows)

    def _add_row(self, row: RowId, keys: list[Key]) -> None:
        self._ordinal += 1
        for key in keys:
            if entry := self.fold.entry(key):
                entry.row = self._ordinal
        self._rows.append(_Row(row, self._ordinal, keys))

    def _sweep(self) -> tuple[list[_Row], list[Key]]:
        """Take the oldest rows out, with the keys whose latest value only they hold."""
        swept: list[_Row] = []
        moved: list[Key] = []
        held = sum(len(row.keys) for row in self._rows)
        while self._rows and len(moved) < _MAX_MOVED and self._wasteful(held):
            row = self._rows.popleft()
            held -= len(row.keys)
            swept.append(row)
            moved += [key for key in row.keys if _is_latest(self.fold.entry(key), row)]
        return swept, moved

    def _wasteful(self, held: int) -> bool:
        return len(self._rows) > _MAX_ROWS or held > _MAX_WASTE * self.fold.size() + _SLACK


def _is_latest(entry: Entry | None, row: _Row) -> bool:
    return entry is not None and entry.row == row.ordinal
