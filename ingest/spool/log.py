"""The spool's files as one log: append at the end, drain from the beginning.

A file is only ever written by the process that made it; what an earlier process left is read
as it is, so nothing has to be repaired before events are taken. All calls but ``advance`` must
come from one thread at a time.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from ingest.spool.disk import Disk
from ingest.spool.frame import Damage, Frame, pack
from ingest.spool.notes import Notes
from ingest.spool.recovery import recover, remaining
from ingest.spool.segment import Segment, path_of


class SpoolLog:
    """Opens a folder as it is found; OSError when it can't be used."""

    def __init__(
        self, folder: Path, disk: Disk, segment_bytes: int, now_ms: Callable[[], int]
    ) -> None:
        self._folder = folder
        self._disk = disk
        self._segment_bytes = segment_bytes
        self._now_ms = now_ms
        self.notes = Notes(folder, disk)
        #: From this sequence on records are still to be drained.
        self.cursor = self._noted = self.notes.cursor()
        found = recover(folder, disk, self.cursor)
        self._segments = found.segments
        self._next = found.next_sequence
        self._appended = found.records
        self._advanced = 0
        self._active: int | None = None
        #: What the files that hold nothing any more had lost; the rest tells ``read``.
        self.damages = found.damages

    @property
    def records(self) -> int:
        """How many are still to be drained."""
        return self._appended - self._advanced

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(segment.size for segment in tuple(self._segments))

    @property
    def oldest_ms(self) -> int | None:
        """When the oldest file was begun."""
        return self._segments[0].time_ms if self._segments else None

    def append(self, payloads: Sequence[bytes]) -> int:
        """Make them safe with one fsync and give the first one's sequence.

        OSError means none of them is: after a failed fsync a second one would prove nothing,
        so the next call begins a new file.
        """
        descriptor = self._begin() if self._active is None else self._active
        segment, first, now = self._segments[-1], self._next, self._now_ms()
        data = b"".join(pack(first + i, now, payload) for i, payload in enumerate(payloads))
        try:
            self._disk.write(descriptor, data)
            self._disk.sync(descriptor)
        except OSError:
            self._abandon(segment, descriptor)
            raise
        segment.size += len(data)
        self._next += len(payloads)
        self._appended += len(payloads)
        if segment.size >= self._segment_bytes:
            self._seal()
        return first

    def oldest(self) -> Segment | None:
        """The file to drain next; it gets no more records."""
        if len(self._segments) == 1:
            self._seal()
        return self._segments[0] if self._segments else None

    def read(self, segment: Segment) -> list[Frame | Damage]:
        """What is still to be drained of a file, and what is missing; OSError if unreadable."""
        limit = self._segments[1].first if len(self._segments) > 1 else self._next
        return self.read_up_to(segment, limit)

    def read_up_to(self, segment: Segment, limit: int) -> list[Frame | Damage]:
        """The same for any file, given the sequence that follows its last."""
        data = self._disk.read(segment.path)[: segment.size]
        return remaining(data, segment.first, limit, self.cursor)

    def advance(self, sequence: int) -> None:
        """Kafka has acknowledged this record, and all before it."""
        self.cursor = sequence + 1
        self._advanced += 1

    def note(self) -> None:
        """Remember across a crash how far it is drained."""
        if self.cursor != self._noted:
            cursor = self.cursor
            self.notes.note_cursor(cursor)
            self._noted = cursor

    def drop(self, segment: Segment) -> None:
        """A file is drained: free its space."""
        self._forget(segment)
        self._disk.remove(segment.path)

    def put_aside(self, segment: Segment) -> int:
        """A file can't be read: keep it for a person, and give how many records it held."""
        limit = self._segments[1].first if len(self._segments) > 1 else self._next
        self._forget(segment)
        segment.path.rename(segment.path.with_suffix(".unreadable"))
        return limit - max(segment.first, self.cursor)

    def keep(self, name: str, value: bytes) -> None:
        """A record can't be delivered: keep it for a person, as a file of its own."""
        self._disk.replace(self._folder / name, value)

    def close(self) -> None:
        """Write down how far it is drained, if the disk lets us."""
        self._seal()
        with suppress(OSError):
            self.note()

    def _begin(self) -> int:
        path = path_of(self._folder, self._next)
        self._active = self._disk.create(path)
        self._segments.append(Segment(path, self._next, 0, self._now_ms()))
        return self._active

    def _seal(self) -> None:
        if self._active is not None:
            self._disk.close(self._active)
        self._active = None

    def _forget(self, segment: Segment) -> None:
        """Without files there is nothing to drain, whatever damage has cost."""
        self._segments.remove(segment)
        if not self._segments:
            self._advanced = self._appended

    def _abandon(self, segment: Segment, descriptor: int) -> None:
        """Leave no half of what failed, as far as the disk still obeys."""
        with suppress(OSError):
            self._disk.truncate(descriptor, segment.size)
        self._seal()
        if not segment.size:
            self._segments.remove(segment)
            with suppress(OSError):
                self._disk.remove(segment.path)
