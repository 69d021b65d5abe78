"""Slices whose tests have passed a threshold."""

from typing import Final

import msgspec
import numpy as np

from pipeline.items.alert import Kind, Severity
from processors.alerts.arrays import Doubles, Numbers
from processors.alerts.minute import any_above
from processors.alerts.settings import Tuning
from processors.alerts.state import SliceTable

#: Messages a minute below which nobody misses them.
_LEAST_TRAFFIC: Final = 0.5


class Hot(msgspec.Struct, frozen=True):
    """A slice whose test has passed a threshold."""

    slice: int
    kind: Kind
    severity: Severity
    since: int
    evidence: float
    threshold: float


def hot_slices(s: SliceTable, tuning: Tuning, minute: int) -> list[Hot]:
    """Give all hot slices: pages first, then by evidence."""
    n = s.rows
    found = [_changed(s, int(row)) for row in _rows(any_above(s.sums[:n], s.ticket_at[:n]))]
    late = minute + 1 - tuning.least_silent_minutes
    silent = (s.silence[:n] > s.silence_at[:n]) & (s.silence_since[:n] <= late)
    silent &= s.missing[:n] >= tuning.least_affected
    found += [
        _hot(s.silence, s.silence_at, s.silence_since, row, "silence") for row in _rows(silent)
    ]
    stopped = (s.stop[:n] > s.stop_at[:n]) & (s.stop_since[:n] <= late)
    stopped &= s.usual_traffic[:n] >= _LEAST_TRAFFIC
    stopped &= s.going_on[:n] <= 0
    found += [_hot(s.stop, s.stop_at, s.stop_since, row, "stopped") for row in _rows(stopped)]
    return sorted(found, key=lambda hot: (hot.severity != "page", -hot.evidence, hot.slice))


def _rows(marked: Numbers) -> list[int]:
    return [int(row) for row in np.flatnonzero(marked)]


def _changed(s: SliceTable, row: int) -> Hot:
    """A slice by the one of its tests that stands highest above its threshold."""
    page = bool((s.sums[row] > s.page_at[row]).any())
    at = (s.page_at if page else s.ticket_at)[row].astype(np.float64)
    number = int(np.argmax(s.sums[row] - at))
    return Hot(
        row,
        "failures",
        "page" if page else "ticket",
        int(s.since[row, number]),
        float(s.sums[row, number]),
        float(at[number]),
    )


def _hot(sums: Doubles, at: Numbers, since: Doubles, row: int, kind: Kind) -> Hot:
    return Hot(row, kind, "page", int(since[row]), float(sums[row]), float(at[row]))
