"""A core's state as entries by key: what a flush writes and a recovery reads.

Cells, their places and groups of notices are entries of their own, for they change all the time.
Everything else changes once a minute and is written in pages, of which most stay as they are.
"""

import zlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, TypeVar

import msgspec

from processors.alerts.cell import Cell, Place
from processors.alerts.core import Core
from processors.alerts.detector import Shape
from processors.alerts.newcomer import Newcomer
from processors.alerts.notices import Group
from processors.alerts.pages import Pages
from processors.runtime.fold import Entry, Key

_Entry = TypeVar("_Entry")

_CLOCK: Final = "clock"
_NEWCOMER: Final = "newcomer"
_PLACE: Final = "place"
#: Pages are half empty and much alike; a higher level costs more time than it saves bytes.
_COMPRESSION: Final = 1


class _Clock(msgspec.Struct, frozen=True, array_like=True):
    """What is small and changes all the time."""

    now_s: int
    next_place: int
    shape: Shape


class _Body(msgspec.Struct, array_like=True):
    """What a state row holds, compressed."""

    pages: list[tuple[str, bytes]]
    places: list[Place]
    cells: list[Cell]
    groups: list[Group]


class Entries:
    """The entries of a core and a newcomer; ``now_s`` is the time heard last."""

    def __init__(self, core: Core, newcomer: Newcomer) -> None:
        self._core = core
        self._newcomer = newcomer
        self._pages = Pages()
        self._read: dict[str, bytes] = {}
        self._written: Shape | None = None
        self.now_s = 0

    def changed(self) -> Collection[Key]:
        """What changed since the last ``encode``; the pages stand for themselves as one."""
        moved = (_CLOCK,) if self._written != self._core.detector.shape else ()
        return self._core.book.changed or self._core.notices.changed or moved

    def size(self) -> int:
        """Cells, places, groups and pages."""
        return self._core.book.size() + len(self._core.notices.groups) + len(self._pages)

    def entry(self, key: Key) -> Entry | None:
        """Find an entry; None when it was dropped."""
        if isinstance(key, int):
            return self._core.book.cell(key)
        if isinstance(key, str):
            return self._pages.get(key)
        if isinstance(key, tuple) and _is_place(key):
            return self._core.book.place(key[1])
        return self._core.notices.groups.get(key) if isinstance(key, tuple) else None

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        """Write what changed, and the ``extra`` entries; give the bytes and the keys in them."""
        book, notices, more = self._core.book, self._core.notices, set(extra)
        pages = dict(self._changed_pages())
        pages.update((key, self._page(key)) for key in more if isinstance(key, str))
        cells = _found(map(book.cell, book.changed | {k for k in more if isinstance(k, int)}))
        tuples = [key for key in more if isinstance(key, tuple)]
        numbers = book.new_places | {key[1] for key in tuples if _is_place(key)}
        places = _found(map(book.place, numbers))
        wanted = notices.changed | {key for key in tuples if not _is_place(key)}
        groups = _found(map(notices.groups.get, wanted))
        for changed in (book.changed, book.new_places, notices.changed):
            changed.clear()
        body = _encode(_Body(list(pages.items()), places, cells, groups))
        return zlib.compress(body, _COMPRESSION), _keys(pages, places, cells, groups)

    def _changed_pages(self) -> Iterator[tuple[str, bytes]]:
        shape, before = self._core.detector.shape, self._written
        yield from self._pages.changed([(_CLOCK, self._page(_CLOCK))])
        if shape != before:
            hourly = before is None or (before.learned, before.evicted) != (
                shape.learned,
                shape.evicted,
            )
            yield from self._pages.changed([(_NEWCOMER, self._newcomer.encode())])
            yield from self._pages.changed(self._core.pages(hourly=hourly))
        self._written = shape

    def _page(self, key: str) -> bytes:
        if key == _CLOCK:
            clock = _Clock(self.now_s, self._core.book.next_place, self._core.detector.shape)
            return _encode(clock)
        return self._newcomer.encode() if key == _NEWCOMER else self._core.page(key)

    def restore(self, written: bytes) -> list[Key]:
        """Take over what ``encode`` wrote, over older entries; ``resume`` follows at the end."""
        body = _decode(zlib.decompress(written))
        for key, content in body.pages:
            self._read[key] = content
            self._pages.put(key, content)
        self._core.book.put(body.places, body.cells)
        self._core.notices.put(body.groups)
        return _keys(dict(body.pages), body.places, body.cells, body.groups)

    def resume(self) -> bool:
        """Go on from what was restored; False when that was nothing, or is done already."""
        if not self._read:
            return False
        clock = _decode_clock(self._read[_CLOCK])
        self._core.restore(clock.shape, clock.next_place, self._read)
        self._newcomer.restore(self._read[_NEWCOMER])
        self.now_s, self._written = clock.now_s, clock.shape
        self._read = {}
        return True


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(_Body).decode
_decode_clock: Final = msgspec.msgpack.Decoder(_Clock).decode


def _is_place(key: tuple[Any, ...]) -> bool:
    """Whether it is a place's key; a group's begins with a rule's name, which may be any."""
    return len(key) == len((_PLACE, 0))


def _found(entries: Iterable[_Entry | None]) -> list[_Entry]:
    return [entry for entry in entries if entry is not None]


def _keys(
    pages: Iterable[str], places: list[Place], cells: list[Cell], groups: list[Group]
) -> list[Key]:
    return [
        *pages,
        *((_PLACE, place.number) for place in places),
        *(cell.key for cell in cells),
        *(group.key for group in groups),
    ]
