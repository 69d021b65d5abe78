"""How much was dispatched within the last hour: to a number, a prefix, for a service, for money."""

from collections.abc import Iterator
from typing import Final

import msgspec

from processors.fallback.policy import Budget
from processors.runtime.fold import Key

_MINUTE_MS: Final = 60_000
_MINUTES: Final = 60
_PREFIX: Final = 8
#: Money is counted in millionths, for sums of floats drift.
MICRO: Final = 1_000_000


class Tally(msgspec.Struct, array_like=True):
    """Counts by minute of dispatch; ``row`` belongs to the runtime."""

    minutes: dict[int, int] = {}
    row: int = 0

    def within_hour(self, now_ms: int) -> int:
        """Sum the last sixty full minutes and the present one."""
        since = now_ms // _MINUTE_MS - _MINUTES
        return sum(count for minute, count in self.minutes.items() if minute >= since)


class Tallies:
    """Tallies by what they count."""

    def __init__(self, changed: set[Key]) -> None:
        self.by_key: dict[bytes, Tally] = {}
        self._changed = changed

    def over(
        self, budget: Budget, number: str, service: str, price: float, now_ms: int
    ) -> str | None:
        """Which limit one more dispatch would pass; None when none."""
        for key, limit, amount in _claims(budget, number, service, price):
            tally = self.by_key.get(key)
            if amount + (tally.within_hour(now_ms) if tally else 0) > limit:
                return f"budget_{_NAMES[key[:1]]}"
        return None

    def count(self, budget: Budget, number: str, service: str, price: float, now_ms: int) -> None:
        """Count a dispatch; it is never taken back, whatever becomes of it."""
        minute = now_ms // _MINUTE_MS
        for key, _, amount in _claims(budget, number, service, price):
            tally = self.by_key.setdefault(key, Tally())
            tally.minutes[minute] = tally.minutes.get(minute, 0) + amount
            self._changed.add(key)

    def expire(self, now_ms: int) -> None:
        """Drop what no hour holds any more."""
        since = now_ms // _MINUTE_MS - _MINUTES
        for key in [k for k, tally in self.by_key.items() if max(tally.minutes) < since]:
            del self.by_key[key]
        for tally in self.by_key.values():
            for minute in [minute for minute in tally.minutes if minute < since]:
                del tally.minutes[minute]


_NAMES: Final = {b"n": "number", b"p": "prefix", b"s": "service", b"m": "money"}


def _claims(
    budget: Budget, number: str, service: str, price: float
) -> Iterator[tuple[bytes, int, int]]:
    """What a dispatch is counted under, with the limit, and how much it counts."""
    yield b"n" + number.encode(), budget.per_number, 1
    yield b"p" + number[:_PREFIX].encode(), budget.per_prefix, 1
    yield b"s" + service.encode(), budget.per_service, 1
    if budget.money is not None:
        yield b"m" + service.encode(), int(budget.money * MICRO), int(price * MICRO)
