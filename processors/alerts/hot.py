"""Slices whose tests have passed a threshold."""

from typing import Final

import msgspec
import numpy as np

from pipeline.items.alert import Kind, Severity
from processors.alerts.arrays import Doubles, Numbers
from processors.alerts.budget import STOPPED
from processors.alerts.minute import MOST_EVIDENCE, any_above, evidence_of_a_stop
from processors.alerts.settings import Tuning
from processors.alerts.state import SliceTable

#: Messages a minute below which nobody misses them.
_LEAST_TRAFFIC: Final = 0.5
#: Of the evidence of traffic that stopped altogether, the part which traffic of a tenth leaves.
#: Weekends, holidays and ended campaigns are lower than usual; that is no stop.
_GONE: Final = 1 + 0.1 * float(np.log(STOPPED)) / (1 - STOPPED)


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
    stopped &= s.stop[:n] >= _GONE * _of_a_stop(s, minute)
    found += [_hot(s.stop, s.stop_at, s.stop_since, row, "stopped") for row in _rows(stopped)]
    return sorted(found, key=lambda hot: (hot.severity != "page", -hot.evidence, hot.slice))


def _of_a_stop(s: SliceTable, minute: int) -> Doubles:
    """The evidence there would be if nothing had come since each slice's evidence began."""
    n = s.rows
    a_minute = evidence_of_a_stop(np.zeros(n), s.usual_traffic[:n])
    minutes = np.maximum(minute + 1 - s.stop_since[:n], 0)
    return np.asarray(np.minimum(minutes * a_minute, MOST_EVIDENCE), np.float64)


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
