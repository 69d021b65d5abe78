"""The yardstick: one slice, 600 messages an hour, known 5 %, one false alarm in 30 days.

Minutes from the change to the alarm: message by message for a Bernoulli CUSUM tuned to 10 % and the
four tests of the detector together; minute by minute for Wilson's interval over an hour, the rule
that Plivo documents (every 15 minutes the last hour against the last week, a drop of a quarter) and
the SRE burn-rate pair (14.4x over an hour, 6x over six).
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


def wilson_count(rng: np.random.Generator) -> int:
    """Failures in an hour from which Wilson's interval lies above the rate, once in 30 days.

    That it lies above means that the count exceeds its mean by so many standard deviations; how
    many follows from simulated months.
    """
    failed = rng.binomial(_A_MINUTE, RATE, (MINUTES_A_MONTH, 40)).cumsum(axis=0)
    over_60 = failed[60:] - failed[:-60]
    count = int(60 * _A_MINUTE * RATE)
    while ((over_60[1:] >= count) & (over_60[:-1] < count)).sum() > over_60.shape[1]:
        count += 1
    return count


def wilson_minutes(rng: np.random.Generator, target: float, count: int) -> float:
    """Median minutes until an hour holds so many failures."""
    failed = _changed(rng, target, 600)
    over_60 = failed[360:] - failed[300:-60]
    return _median_first(over_60 >= count)


def plivo_minutes(rng: np.random.Generator, target: float) -> float:
    """Median minutes to a delivery rate over an hour a quarter below usual; inf for never.

    The change comes at any minute of the fifteen between two looks.
    """
    failed = _changed(rng, target, 600)
    over_60 = failed[360:] - failed[300:-60]
    alarm = 1 - over_60 / (60 * _A_MINUTE) <= 0.75 * (1 - RATE)
    looks = (np.arange(len(alarm))[:, None] + rng.integers(0, 15, alarm.shape[1])) % 15 == 0
    return _median_first(alarm & looks)


def _changed(rng: np.random.Generator, target: float, minutes: int) -> NDArray[np.int64]:
    """Failures so far, over six hours as usual and then ``minutes`` changed, of 200 runs."""
    before = rng.binomial(_A_MINUTE, RATE, (360, 200))
    after = rng.binomial(_A_MINUTE, target, (minutes, 200))
    return np.asarray(np.vstack([before, after]).cumsum(axis=0), np.int64)


def _median_first(alarm: Bools) -> float:
    first = np.where(alarm.any(axis=0), alarm.argmax(axis=0) + 1.0, np.inf)
    return float(np.median(first))


def burn_rate_minutes(rng: np.random.Generator, target: float) -> float:
    """Median minutes to 14.4 times the budget over an hour or 6 times over six; inf for never."""
    failed = _changed(rng, target, 1_500)
    over_1 = (failed[360:] - failed[300:-60]) / (60 * _A_MINUTE)
    over_6 = (failed[360:] - failed[:-360]) / (360 * _A_MINUTE)
    alarm = (over_1 >= 14.4 * RATE) | (over_6 >= 6 * RATE)
    return _median_first(alarm)


def table() -> list[str]:
    """Give the lines of the table."""
    rng = np.random.default_rng(1)
    head = " | ".join(f"5->{target:.0%}" for target in TARGETS)
    count = wilson_count(rng)
    rows = {
        "CUSUM tuned to 10 %": [cusum_minutes(rng, t, (_TUNED,)) for t in TARGETS],
        "the detector's four": [cusum_minutes(rng, t, MULTIPLIERS[1:]) for t in TARGETS],
        "Wilson over 60 min": [wilson_minutes(rng, t, count) for t in TARGETS],
        "Plivo's rule": [plivo_minutes(rng, t) for t in TARGETS],
        "burn rate 14.4x/6x": [burn_rate_minutes(rng, t) for t in TARGETS],
    }
    alarms = false_alarms_a_month(rng, _TUNED, threshold(_TUNED, _MONTH))
    return [
        f"| minutes to the alarm | {head} |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | " + " | ".join(f"{m:.0f}" if m < np.inf else "never" for m in row) + " |"
            for name, row in rows.items()
        ),
        f"false alarms of the first in 30 days: {alarms:.2f}",
    ]
