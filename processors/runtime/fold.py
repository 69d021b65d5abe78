"""What a processor must be: a fold over the records of one partition, without any I/O.

One that also acts on the world is more: see ``deeds``.
"""

from collections.abc import Collection, Hashable, Iterable
from typing import Protocol

import msgspec

Key = Hashable


class SourceRecord(msgspec.Struct, frozen=True, gc=False):
    """One record of a source topic; ``received_at`` (epoch ms) is the ingress's clock."""

    offset: int
    received_at: int
    value: bytes


class Item(msgspec.Struct, frozen=True, gc=False):
    """Something to emit: encoded JSON for a derived topic, partitioned by ``key``."""

    topic: str
    key: str
    value: bytes


class Entry(Protocol):
    """A piece of state; ``row`` is set by the runtime: the last changelog row that holds it."""

    row: int


class Fold(Protocol):
    """State of one partition as entries by key.

    ``apply`` must be deterministic: state and items are functions of the records up to an
    offset, so repeating a stretch after a crash repeats them exactly. What depends on the wall
    clock (``advance``) may show in announcements only: they are kept with the state, so they need
    not be repeatable.
    """

    def apply(self, record: SourceRecord) -> None:
        """Fold one record in.

        After an exception the record goes to the dead letters and the partition goes on. What had
        been folded of it before stays, what comes behind is left out: so the fold must be sound
        between any two elements, and had better count a bad one than raise.
        """

    def advance(self, now_ms: int) -> None:
        """Hear that at ``now_ms`` (epoch ms, the worker's clock) nothing was left to read.

        Told before a flush while the partition is quiet, about a second behind the present. A
        replay may hear other times, or none. It may bring out announcements, and note in the
        entries that it did. It may change an item only for good (a verification expires), for the
        offset and with it the item's version stay: of two with one version readers keep the later.
        Which records are too late it must not change: that follows from the records alone. Nor
        must it mark anything as changed that is not.
        """

    def changed(self) -> Collection[Key]:
        """Keys of the entries changed since the last ``encode``."""

    def size(self) -> int:
        """How many entries there are."""

    def entry(self, key: Key) -> Entry | None:
        """Find an entry; None when it was dropped since."""

    def items(self, offset: int) -> Iterable[Item]:
        """What the changes since the last ``encode`` make visible, as of ``offset``."""

    def announcements(self) -> Iterable[Item]:
        """What the changes since the last ``encode`` say once: facts for others to act on.

        Asked once before each ``encode``. The runtime writes them into the state row and emits
        them when that row is safe, so an announcement and the state that remembers having made it
        are stored together: none is lost, and none is emitted that the state does not know. After
        a crash the last ones may be emitted again, with the same bytes: each carries an id of its
        own by which readers drop repeats.
        """

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        """Write the changed entries and ``extra`` ones; give the bytes and the keys in them.

        Afterwards nothing counts as changed.
        """

    def restore(self, body: bytes) -> list[Key]:
        """Take over the entries ``encode`` wrote, over older ones; give their keys."""

    def expire(self) -> None:
        """Drop entries that no future record can change or show."""
