"""A record's cells; what can't be one is counted, and the rest goes on."""

from collections.abc import Callable
from typing import Final

import msgspec

from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.window_cell import WindowCell
from pipeline.topics import FUNNEL, WINDOWS
from pipeline.twilio.envelope import NotAnEventError, split

AnyCell = WindowCell | FunnelCell
#: Reads a record's value; gives its cells, and why how many could not be read.
ReadCells = Callable[[bytes], tuple[list[AnyCell], tuple[str, int]]]

_KINDS: Final[dict[str, type[AnyCell]]] = {WINDOWS: WindowCell, FUNNEL: FunnelCell}


def reader_of(topic: str) -> ReadCells:
    """Give the reader of a topic's records."""
    kind = _KINDS[topic]
    all_of = msgspec.json.Decoder(list[kind]).decode  # type: ignore[valid-type]  # known at run time
    one_of = msgspec.json.Decoder(kind).decode

    def read(value: bytes) -> tuple[list[AnyCell], tuple[str, int]]:
        try:
            return all_of(value), ("unreadable", 0)
        except msgspec.DecodeError:
            return _one_by_one(value, one_of)

    return read


def _one_by_one(
    value: bytes, read: Callable[[bytes | msgspec.Raw], AnyCell]
) -> tuple[list[AnyCell], tuple[str, int]]:
    cells: list[AnyCell] = []
    try:
        elements = split(value)
    except NotAnEventError:
        return cells, ("not_an_array", 1)
    for element in elements:
        try:
            cells.append(read(element))
        except msgspec.DecodeError:
            continue
    return cells, ("unreadable", len(elements) - len(cells))
