"""Slows down whoever guesses passwords."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

_MOST_KEYS: Final = 10_000


class Throttle:
    """Allows ``most`` failures of a key within ``span_s`` seconds; then its tries are refused.

    ``clock`` gives seconds, only forward. Memory is bounded: the keys longest unused are forgotten.
    """

    def __init__(self, clock: Callable[[], float], most: int, span_s: float) -> None:
        self._clock = clock
        self._most = most
        self._span_s = span_s
        self._tries = OrderedDict[Hashable, list[float]]()

    def wait_s(self, key: Hashable) -> float:
        """Seconds until the key may try again; 0 when it may now."""
        recent = self._recent(key)
        return recent[-self._most] + self._span_s - self._clock() if self._spent(recent) else 0.0

    def tried(self, key: Hashable) -> None:
        """Count a try before it is known how it ends: many at once are no way around."""
        self._tries[key] = [*self._recent(key), self._clock()][-self._most :]
        self._tries.move_to_end(key)
        while len(self._tries) > _MOST_KEYS:
            self._tries.popitem(last=False)

    def take_back(self, key: Hashable) -> None:
        """The latest try was no failure."""
        self._tries[key] = self._recent(key)[:-1]

    def forget(self, key: Hashable) -> None:
        """Begin anew with this key."""
        self._tries.pop(key, None)

    def _recent(self, key: Hashable) -> list[float]:
        since = self._clock() - self._span_s
        return [at for at in self._tries.get(key, ()) if at > since]

    def _spent(self, recent: list[float]) -> bool:
        return len(recent) >= self._most
