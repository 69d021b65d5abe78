"""One budget of false pages, shared among all slices by their traffic.

The sum over slices and tests of the rates of false alarms is at most the budget, whatever depends
on what; each slice's rate gives its thresholds (cusum.py).
"""

from typing import Final

import numpy as np

from processors.alerts.arrays import Doubles, Ints
from processors.alerts.cusum import drift, threshold_for
from processors.alerts.settings import MINUTES_A_MONTH, Tuning
from processors.alerts.slices import SHAPES
from processors.alerts.state import MULTIPLIERS, SliceTable

_LEAST_PART: Final = 1e-9
_WEIGHTS: Final = np.array([shape.weight for shape in SHAPES])
SILENCE: Final = 0.1
STOPPED: Final = 0.05
TRAFFIC_SCATTER: Final = 0.5
RECEIPT_SCATTER: Final = 0.02


def parts(hourly: Doubles, shape_of: Ints) -> Doubles:
    """Each slice's part of a budget: its shape's weight times its part of the traffic there."""
    totals = np.bincount(shape_of, hourly, len(SHAPES))
    weights = _WEIGHTS * (totals > 0)
    weights = weights / max(float(weights.sum()), _LEAST_PART)
    part = weights[shape_of] * hourly / np.maximum(totals[shape_of], _LEAST_PART)
    return np.asarray(np.maximum(part, _LEAST_PART), np.float64)


def set_thresholds(s: SliceTable, shape_of: Ints, tuning: Tuning) -> None:
    """Give every test of every slice its threshold for the hour that begins."""
    rows = slice(s.rows)
    part = parts(s.hourly[rows].astype(np.float64), shape_of)
    rate = np.clip(
        s.level[rows] * s.ratio[rows] * (1 + tuning.tolerance + tuning.caution * s.unsure[rows]),
        1e-4,
        0.97,
    ).astype(np.float64)
    a_minute = np.maximum(s.hourly[rows] / 60, 1e-6).astype(np.float64)
    inflation = 1 + s.scatter_rate[rows] * a_minute
    for number, multiplier in enumerate(MULTIPLIERS):
        lost = drift(rate, multiplier) / inflation
        spread = np.sqrt(2 * lost * np.maximum(a_minute, 1))
        for column, tests, budget in (
            (s.page_at, len(MULTIPLIERS) - 1, tuning.false_pages_a_month),
            (s.ticket_at, len(MULTIPLIERS), tuning.false_tickets_a_month),
        ):
            interval = MINUTES_A_MONTH * tests / (budget * tuning.shares[0] * part)
            column[rows, number] = threshold_for(interval, lost * a_minute, spread)
    s.page_at[rows, 0] = np.inf
    _set_absence_thresholds(s, part, a_minute, tuning)


def _set_absence_thresholds(
    s: SliceTable, part: Doubles, a_minute: Doubles, tuning: Tuning
) -> None:
    rows = slice(s.rows)
    pages = tuning.false_pages_a_month
    for column, share, kept, scatter in (
        (s.silence_at, tuning.shares[1], SILENCE, RECEIPT_SCATTER),
        (s.stop_at, tuning.shares[2], STOPPED, TRAFFIC_SCATTER),
    ):
        lost = a_minute * (kept - 1 - np.log(kept)) / (1 + scatter * a_minute)
        interval = MINUTES_A_MONTH / (pages * share * part)
        column[rows] = threshold_for(interval, np.minimum(lost, 1.0), np.zeros(s.rows))
