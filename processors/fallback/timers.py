"""Who is due when, by the twentieth of a second: a few bytes for each of a million."""

from bisect import insort
from collections.abc import Iterator
from typing import Final

_SLOT_MS: Final = 50


class Timers:
    """Keys by when they are due. One that was moved or ended is found by its owner to be stale."""

    def __init__(self) -> None:
        self._slots: dict[int, list[bytes]] = {}
        self._order: list[int] = []
        self._count = 0

    def __len__(self) -> int:
        """How many there are, stale ones too."""
        return self._count

    def add(self, due_at: int, key: bytes) -> None:
        """Have ``key`` come up at ``due_at`` (epoch ms) or within a twentieth of a second after."""
        slot = -(-due_at // _SLOT_MS)
        if slot not in self._slots:
            self._slots[slot] = []
            insort(self._order, slot)
        self._slots[slot].append(key)
        self._count += 1

    def due(self, now_ms: int) -> Iterator[bytes]:
        """Take out what is due."""
        while self._order and self._order[0] * _SLOT_MS <= now_ms:
            keys = self._slots.pop(self._order.pop(0))
            self._count -= len(keys)
            yield from keys

    def next_at(self) -> int | None:
        """When the next one is due (epoch ms); None when there is none."""
        return self._order[0] * _SLOT_MS if self._order else None
