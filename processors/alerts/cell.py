"""One cell as detection remembers it: its newest value, and what of it has been counted."""

from typing import Final

import msgspec

from processors.alerts.slices import Leaf

_PLACE_BITS: Final = 32


class Counts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Messages of a cell; ``known`` have an outcome, and of these ``failed`` is part."""

    sent: int
    known: int
    failed: int


class Place(msgspec.Struct, array_like=True, gc=False):
    """What tells cells of one minute apart; ``cells`` are held of it, ``row`` is the runtime's."""

    number: int
    leaf: Leaf
    error_class: str
    source_topic: str
    source_partition: int
    cells: int = 0
    row: int = 0


class Cell(msgspec.Struct, array_like=True, gc=False):
    """A cell's newest value.

    ``due`` is the minute in which its last changes count, ``before`` what had been counted until
    then. So what a minute under way has brought follows from its cells, and need not be written
    down beside them.
    """

    minute: int
    place: int
    version: int
    counts: Counts
    due: int
    before: Counts
    codes: dict[int, int] | None = None
    row: int = 0

    @property
    def key(self) -> int:
        """The cell's key in the state."""
        return self.minute << _PLACE_BITS | self.place


NOTHING: Final = Counts(0, 0, 0)


def minute_of(key: int) -> int:
    """The minute of the cell with this key."""
    return key >> _PLACE_BITS


def place_of(key: int) -> int:
    """The number of the place of the cell with this key."""
    return key & ((1 << _PLACE_BITS) - 1)
