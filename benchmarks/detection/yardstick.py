"""The yardstick: one slice, 600 messages an hour, known 5 %, one false alarm in 30 days.

Minutes from the change to the alarm, message by message, for a Bernoulli CUSUM tuned to 10 %, the
four tests of the detector together, and the SRE burn-rate pair (14.4x over an hour, 6x over six).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from processors.alerts.cusum import drift, evidence, threshold_for
from processors.alerts.settings import MINUTES_A_MONTH
from processors.alerts.state import MULTIPLIERS

RATE: Final = 0.05
TARGETS: Final = (0.10, 0.15, 0.30, 0.60)
_A_MINUTE: Final = 10
_MONTH: Final = MINUTES_A_MONTH * _A_MINUTE
_ONE: Final = np.ones(1)
_TUNED: Final = 0.10 / 0.90 * 0.95 / 0.05
Bools = NDArray[np.bool_]


def threshold(multiplier: float, interval: float) -> float:
    """The threshold of a test on single outcomes with so many between false alarms."""
    lost = drift(_ONE * RATE, multiplier)
    return float(threshold_for(_ONE * interval, lost, np.sqrt(2 * lost))[0])


def cusum_minutes(rng: np.random.Generator, target: float, multipliers: tuple[float, ...]) -> float:
    """Median minutes to the alarm of any of the tests, which share the budget equally."""
    runs, most = 2_000, 4_000
    failed = rng.random((most, runs)) < target
    alarm = np.full(runs, most)
    for multiplier in multipliers:
        at = threshold(multiplier, _MONTH * len(multipliers))
        alarm = np.minimum(alarm, _first(failed, multiplier, at))
    return float(np.median(alarm) / _A_MINUTE)


def _first(failed: Bools, multiplier: float, at: float) -> NDArray[np.int64]:
    most, runs = failed.shape
    sums, alarm = np.zeros(runs), np.full(runs, most)
    ones = np.ones(runs)
    for number in range(most):
        change = evidence(failed[number].astype(float), ones, ones * RATE, multiplier, ones)
        sums = np.maximum(sums + change, 0)
        alarm = np.where((sums > at) & (alarm == most), number + 1, alarm)
    return alarm


def false_alarms_a_month(rng: np.random.Generator, multiplier: float, at: float) -> float:
    """Alarms in 30 days while nothing changes, the sum starting again after each."""
    runs, alarms = 200, 0
    sums, ones = np.zeros(runs), np.ones(runs)
    for _ in range(_MONTH // 4):
        failed = (rng.random(runs) < RATE).astype(float)
        sums = np.maximum(sums + evidence(failed, ones, ones * RATE, multiplier, ones), 0)
        alarms += int((sums > at).sum())
        sums[sums > at] = 0
    return alarms / runs * 4


def burn_rate_minutes(rng: np.random.Generator, target: float) -> float:
    """Median minutes to 14.4 times the budget over an hour or 6 times over six; inf for never."""
    runs, minutes = 200, 1_500
    before = rng.binomial(_A_MINUTE, RATE, (360, runs))
    failed = np.vstack([before, rng.binomial(_A_MINUTE, target, (minutes, runs))]).cumsum(axis=0)
    over_1 = (failed[360:] - failed[300:-60]) / (60 * _A_MINUTE)
    over_6 = (failed[360:] - failed[:-360]) / (360 * _A_MINUTE)
    alarm = (over_1 >= 14.4 * RATE) | (over_6 >= 6 * RATE)
    first = np.where(alarm.any(axis=0), alarm.argmax(axis=0) + 1.0, np.inf)
    return float(np.median(first))


def table() -> list[str]:
    """Give the lines of the table."""
    rng = np.random.default_rng(1)
    head = " | ".join(f"5->{target:.0%}" for target in TARGETS)
    rows = {
        "CUSUM tuned to 10 %": [cusum_minutes(rng, t, (_TUNED,)) for t in TARGETS],
        "the detector's four": [cusum_minutes(rng, t, MULTIPLIERS[1:]) for t in TARGETS],
        "burn rate 14.4x/6x": [burn_rate_minutes(rng, t) for t in TARGETS],
    }
    alarms = false_alarms_a_month(rng, _TUNED, threshold(_TUNED, _MONTH))
    return [
        f"| minutes to the alarm | {head} |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | " + " | ".join(f"{m:.0f}" for m in row) + " |"
            for name, row in rows.items()
        ),
        f"false alarms of the first in 30 days: {alarms:.2f}",
    ]
