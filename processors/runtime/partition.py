"""The state of one source partition: a fold, its fence, and the changelog rows that hold it."""

from collections import deque
from collections.abc import Iterable
from typing import Final

import msgspec

from processors.runtime.deeds import Acting, Deed
from processors.runtime.fence import Fence
from processors.runtime.fold import Entry, Fold, Item, Key, SourceRecord
from processors.runtime.lineage import history
from processors.runtime.quiet import Quiet
from processors.runtime.row import ORIGIN, RowId, StateRow
from processors.runtime.segments import row_keys, row_records

#: Old rows are merged when they hold this many times the live entries (write amplification 2)...
_MAX_WASTE: Final = 2
_SLACK: Final = 1_000
#: ... or when a recovery would read more rows than this; a flush moves at most so many entries.
_MAX_ROWS: Final = 1_000
_MAX_MOVED: Final = 5_000


class Flush(msgspec.Struct, frozen=True):
    """What one flush of a partition writes; ``writer`` tells the order and why.

    ``newest_ms`` is when the ingress had the newest record in it (epoch ms); 0 without records.
    """

    topic: str
    partition: int
    items: list[Item]
    row: StateRow
    records: list[tuple[bytes, bytes]]
    next_offset: int
    announcements: list[Item]
    obsolete: list[bytes]
    deeds: list[Deed] = []
    newest_ms: int = 0


class _Row(msgspec.Struct):
    """A live changelog row: its id, when written in this life (``ordinal``), the keys in it.

    ``size`` is how many entries it holds, those that newer rows hold too included; ``records`` are
    the keys of the changelog records that hold it.
    """

    id: RowId
    ordinal: int
    keys: list[Key]
    size: int
    records: list[bytes]


class PartitionState:
    """Folds one partition's records and says what to write; does no I/O itself."""

    def __init__(self, topic: str, partition: int, fold: Fold, generation: int) -> None:
        self.topic = topic
        self.partition = partition
        self.fold = fold
        self.acting = fold if isinstance(fold, Acting) else None
        self.fence = Fence()
        self._epoch = max(generation, 1)
        self._parent = ORIGIN
        self._sequence = 0
        self._rows: deque[_Row] = deque()
        self._ordinal = 0
        self._flushed = self.fence.last
        self._strays: list[bytes] = []
        self._letters: list[Item] = []
        self._newest_ms = 0
        self.unsaid: list[Item] = []
        self.unfinished: list[Deed] = []
        self.quiet = Quiet()

    def restore(self, rows: Iterable[StateRow], remains: Iterable[bytes] = ()) -> None:
        """Take over what a recovery found; strays and ``remains`` are deleted by the first flush.

        The epoch rises above every one seen, also when the group's generation started anew.
        ``unsaid`` is then what the newest row announces: its writer may have died before it
        could, and later rows are only written when it has. ``unfinished`` are deeds it began.
        """
        kept, strays = history(rows)
        for row in kept:
            self._add_row(row.id, self.fold.restore(row.body), row_keys(row))
            self.fence.last = self._flushed = row.last_offset
            self._parent = row.id
            self.unsaid = row.announcements
        self._forget_stale_keys()
        highest = max((row.id.epoch for row in (*kept, *strays)), default=0)
        self._epoch = max(self._epoch, highest + 1)
        self._strays = [*remains, *(key for row in strays for key in row_keys(row))]
        self.fold.expire()
        if self.acting:
            self.unfinished = list(self.acting.unfinished())

    def apply(self, record: SourceRecord) -> None:
        """Fold in a record that the fence judged to be the next one."""
        self.fold.apply(record)
        self.fence.last = record.offset
        self._newest_ms = record.received_at

    def set_aside(self, record: SourceRecord, letter: Item) -> None:
        """Go on behind a record that could not be folded; the next flush writes the letter."""
        self._letters.append(letter)
        self.fence.last = record.offset

    @property
    def has_set_aside(self) -> bool:
        """Whether a record was set aside since the last flush."""
        return bool(self._letters)

    def flush(self) -> Flush | None:
        """Collect what there is to write; None when nothing changed since the last flush."""
        deeds = list(self.acting.deeds()) if self.acting else []
        announcements = list(self.fold.announcements())
        moved_on = self.fence.last != self._flushed
        if not (moved_on or deeds or announcements or self.fold.changed()):
            return None
        items = [*self._letters, *self.fold.items(self.fence.last)]
        self._letters = []
        swept, moved = self._sweep()
        body, keys = self.fold.encode(moved)
        row = self._next_row(body, announcements)
        records = row_records(row)
        self._add_row(row.id, keys, [key for key, _ in records])
        self._flushed = row.last_offset
        self.fold.expire()  # not before: what expired since the last flush must be emitted once
        obsolete = [key for old in swept for key in old.records]
        strays, self._strays = self._strays, []
        newest_ms, self._newest_ms = self._newest_ms, 0
        return Flush(
            self.topic,
            self.partition,
            items,
            row,
            records,
            row.last_offset + 1,
            announcements,
            strays + obsolete,
            deeds,
            newest_ms,
        )

    @property
    def next_offset(self) -> int:
        """The offset behind what is flushed."""
        return self._flushed + 1

    @property
    def rows(self) -> int:
        """How many changelog rows a recovery would read."""
        return len(self._rows)

    def _next_row(self, body: bytes, announcements: list[Item]) -> StateRow:
        this = RowId(self._epoch, self._sequence)
        self._sequence += 1
        return StateRow(
            self.topic,
            self.partition,
            this,
            self._parent,
            self.fence.last,
            body,
            self._rows[0].id if self._rows else this,
            announcements,
        )

    def _add_row(self, row: RowId, keys: list[Key], records: list[bytes]) -> None:
        self._ordinal += 1
        for key in keys:
            if entry := self.fold.entry(key):
                entry.row = self._ordinal
        self._rows.append(_Row(row, self._ordinal, keys, len(keys), records))

    def _forget_stale_keys(self) -> None:
        """Drop the keys that newer rows hold too: restored, each is a string of its own."""
        for row in self._rows:
            row.keys = [key for key in row.keys if _is_latest(self.fold.entry(key), row)]

    def _sweep(self) -> tuple[list[_Row], list[Key]]:
        """Take the oldest rows out, with the keys whose latest value only they hold."""
        swept: list[_Row] = []
        moved: list[Key] = []
        held = sum(row.size for row in self._rows)
        while self._rows and len(moved) < _MAX_MOVED and self._wasteful(held):
            row = self._rows.popleft()
            held -= row.size
            swept.append(row)
            moved += [key for key in row.keys if _is_latest(self.fold.entry(key), row)]
        return swept, moved

    def _wasteful(self, held: int) -> bool:
        return len(self._rows) > _MAX_ROWS or held > _MAX_WASTE * self.fold.size() + _SLACK


def _is_latest(entry: Entry | None, row: _Row) -> bool:
    return entry is not None and entry.row == row.ordinal
