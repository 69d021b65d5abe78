"""Keys by a time in the future, in buckets: cheap to add to, and asked only when one is due."""

from collections import defaultdict
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Final

_NEVER: Final = 2**63


class Timeline:
    """``width_ms`` is a bucket's; keys come out once all of their bucket is in the past."""

    def __init__(self, width_ms: int) -> None:
        self._width_ms = width_ms
        self._buckets: defaultdict[int, list[str]] = defaultdict(list)
        self._order: list[int] = []
        self._next = _NEVER

    def add(self, key: str, time: int) -> None:
        """Have ``key`` come out some time after ``time`` (epoch ms)."""
        bucket = time // self._width_ms
        keys = self._buckets[bucket]
        if not keys:
            heappush(self._order, bucket)
            self._next = self._order[0]
        keys.append(key)

    def is_due(self, now: int) -> bool:
        """Whether anything may come out at ``now`` (epoch ms)."""
        return self._next < now // self._width_ms

    def pop_due(self, now: int) -> Iterator[str]:
        """Take out what is due at ``now``; what is added meanwhile waits for the next call."""
        due: list[str] = []
        while self._order and self._order[0] < now // self._width_ms:
            due += self._buckets.pop(heappop(self._order))
        self._next = self._order[0] if self._order else _NEVER
        return iter(due)
