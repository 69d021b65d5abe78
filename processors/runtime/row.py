"""A state row: all that changed in one partition since the row before, with the offset reached."""

from functools import total_ordering
from typing import Final

import msgspec

from processors.runtime.fold import Item


@total_ordering
class RowId(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Which row: ``epoch`` numbers the ownerships of a partition, ``sequence`` their rows."""

    epoch: int
    sequence: int

    def __lt__(self, other: "RowId") -> bool:
        return (self.epoch, self.sequence) < (other.epoch, other.sequence)


#: What the first owner's rows follow.
ORIGIN: Final = RowId(0, 0)


class StateRow(msgspec.Struct, frozen=True, array_like=True):
    """One row; ``parent`` is the last row its owner had restored, ``body`` the fold's bytes.

    ``oldest`` is the first row that was needed beside this one (itself, when it was alone): what
    is older is left from an interrupted sweep. ``announcements`` are to be emitted once the row
    is safe; until the next row is written nobody knows whether that has happened. ``segments``
    is how many changelog records hold it.
    """

    topic: str
    partition: int
    id: RowId
    parent: RowId
    last_offset: int
    body: bytes
    oldest: RowId = ORIGIN
    announcements: list[Item] = []
    segments: int = 1
