"""Plays stored windows back: when their outcomes became known is drawn from their latencies.

A stored window holds final counts. Its deliveries are laid out in time as a log-normal with the
window's median and 95th percentile, the j-th of n at its (j - 1/2)/n quantile; failures likewise
with the latencies last seen in the slice. Nothing is random: the same windows give the same play.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import exp, log
from statistics import NormalDist
from typing import Final

import msgspec

from processors.alerts.ages import MINUTE_S
from processors.alerts.change import Change
from processors.alerts.slices import Leaf

_MID_S: Final = 30.0
_USUAL_S: Final = (5.0, 60.0)
_NORMAL: Final = NormalDist()
_Z95: Final = _NORMAL.inv_cdf(0.95)
#: Minutes after which the whole cohort of a verification is known.
CONVERSION_MINUTES: Final = 11


class StoredWindow(msgspec.Struct, frozen=True, gc=False):
    """One minute of one leaf: final counts; latencies in seconds, 0 where none is known."""

    minute: int
    leaf: Leaf
    sent: int
    delivered: int
    failed: int
    p50_s: float = 0.0
    p95_s: float = 0.0
    known_after: int = -1  # minutes; all outcomes at once instead of by latency


class Playback:
    """Turns stored windows, ordered by minute, into changes in the order they came about."""

    def __init__(self) -> None:
        self._due: defaultdict[int, list[Change]] = defaultdict(list)
        self._latencies: dict[Leaf, tuple[float, float]] = {}

    def play(self, windows: Iterable[StoredWindow], end: int) -> Iterator[tuple[int, list[Change]]]:
        """Give every minute's changes, from the first window's minute to before ``end``."""
        minute: int | None = None
        for window in windows:
            minute = window.minute if minute is None else minute
            while minute < window.minute:
                yield minute, self._due.pop(minute, [])
                minute += 1
            self._lay_out(window)
        while minute is not None and minute < end:
            yield minute, self._due.pop(minute, [])
            minute += 1

    def _lay_out(self, window: StoredWindow) -> None:
        known = window.delivered + window.failed
        if window.known_after >= 0:
            later = window.minute + window.known_after
            self._put(later, Change(window.leaf, later, window.sent, 0, known, window.failed))
            return
        self._put(window.minute, Change(window.leaf, window.minute, window.sent, window.sent, 0, 0))
        if window.p50_s > 0:
            self._latencies[window.leaf] = (window.p50_s, window.p95_s)
        for age, count in _ages(window.delivered, self._latency(window)):
            change = Change(window.leaf, window.minute, 0, -count, count, 0)
            self._put(window.minute + age, change)
        for age, count in _ages(window.failed, self._latency(window)):
            change = Change(window.leaf, window.minute, 0, -count, count, count)
            self._put(window.minute + age, change)

    def _put(self, minute: int, change: Change) -> None:
        self._due[minute].append(change)

    def _latency(self, window: StoredWindow) -> tuple[float, float]:
        return self._latencies.get(window.leaf, _USUAL_S)


def _ages(count: int, latency: tuple[float, float]) -> list[tuple[int, int]]:
    """How many of ``count`` outcomes come how many minutes after their minute."""
    p50, p95 = latency
    sigma = max(log(max(p95, p50) / p50), 0.0) / _Z95
    found: defaultdict[int, int] = defaultdict(int)
    for number in range(count):
        seconds = p50 * exp(sigma * _NORMAL.inv_cdf((number + 0.5) / count))
        found[int((_MID_S + seconds) // MINUTE_S)] += 1
    return sorted(found.items())
