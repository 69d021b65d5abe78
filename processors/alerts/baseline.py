"""What is usual: failure rates by hour of the week, receipts by age, traffic; learned by the hour.

A slice's rate is estimated in steps, each shrunk to the one before as a beta prior would: the
parent's rate, the slice's own, its own at this hour of the day, and of the week. The shape of the
day and the week comes from the parent until the slice has shown its own. A ratio over the last
day or so follows slow drifts. An hour in which anything was suspicious counts a fiftieth, so an
outage does not teach itself as normal; what has lasted for a day is learned like anything else.
"""

from typing import Final

import numpy as np

from processors.alerts.ages import CLASSES
from processors.alerts.arrays import Doubles, Floats, Ints, Numbers
from processors.alerts.lattice import Lattice
from processors.alerts.settings import Tuning
from processors.alerts.state import DAY, WEEK, SliceTable

_HOURS_OF_MEMORY: Final = 28 * DAY
_KEEP: Final = float(np.exp(-1 / _HOURS_OF_MEMORY))
_KEEP_WEEKLY: Final = 0.8
_KEEP_DAILY: Final = 0.95
_KEEP_RECENT: Final = float(np.exp(-1 / 24))
#: Of the ten-minute sums: about ten days.
_KEEP_BLOCKS: Final = 0.9993
_BLOCK_MINUTES: Final = 10
#: Standard deviations, as far as scatter is known, beyond which a sum tells no more about it.
_OUTLIER: Final = 4.0
_KEEP_AGES: Final = float(np.exp(-1 / WEEK))
_DOUBTFUL_WEIGHT: Final = 0.02
_DOUBTFUL_HOURS: Final = 24
#: How far, relatively, a slice's rate may be from what is expected of it, a priori.
_APART: Final = 0.8
_APART_BY_DAY: Final = 0.2
_APART_BY_WEEK: Final = 0.08
_APART_RECENT: Final = 0.15
#: The same for the sum over a wider slice's finest ones.
_APART_TOGETHER: Final = 0.07
_SCATTER: Final = 0.015
#: In failures times outcomes a minute: some hours of a busy slice, months of a quiet one.
_SCATTER_WEIGHT: Final = 5_000.0
_MOST_SCATTER: Final = 0.2
_AGE_FAILURES: Final = 30.0
_AGE_MESSAGES: Final = 50.0
_FEW: Final = 1e-4
_MOST: Final = 0.95
#: A campaign teaches at most this many times the usual traffic.
_MOST_TRAFFIC: Final = 3.0
_SOME_TRAFFIC: Final = 10
_STEP_WEEKLY: Final = 0.3
_STEP_HOURLY: Final = 0.02
#: 1970-01-01 was a Thursday; weeks start on Monday.
_MONDAY: Final = 72


def hour_of_week(minute: int) -> int:
    """Hours since Monday 00:00 UTC of a minute since the epoch."""
    return (minute // 60 + _MONDAY) % WEEK


def commit_block(s: SliceTable) -> None:
    """Learn the scatter from ten minutes: how much more failures vary than the binomial says.

    The more outcomes a minute has, the more its sum varies by scatter alone, so a sum counts by
    the square of what its variance is inflated by: a campaign's few minutes are no better known
    for their many messages.
    """
    rows = slice(s.rows)
    expected, known = s.block_expected[rows], s.block_known[rows]
    usable = (expected > _FEW) & (s.hour_doubtful[rows] == 0) & (known > 0)
    rate = np.where(usable, expected / np.maximum(known, 1), 0)
    variance = expected * (1 - rate)
    inflation = 1 + np.maximum(s.scatter_rate[rows], _SCATTER) * known / _BLOCK_MINUTES
    most = _OUTLIER**2 * (variance * inflation + 1)
    excess = np.minimum((s.block_failed[rows] - expected) ** 2, most) - variance
    excess /= inflation**2
    by = variance * known / (_BLOCK_MINUTES * inflation**2)
    s.scatter[rows] = np.where(usable, _KEEP_BLOCKS * s.scatter[rows] + excess, s.scatter[rows])
    s.scatter_base[rows] = np.where(
        usable, _KEEP_BLOCKS * s.scatter_base[rows] + by, s.scatter_base[rows]
    )
    for name in ("block_failed", "block_expected", "block_known"):
        s.view(name)[:] = 0


def commit_hour(s: SliceTable, hour: int) -> None:
    """Learn from the hour just over, ``hour`` being its hour of the week."""
    rows = slice(s.rows)
    doubtful = s.hour_doubtful[rows] > 0
    s.doubtful_hours[rows] = np.where(doubtful, s.doubtful_hours[rows] + 1, 0)
    slow = doubtful & (s.doubtful_hours[rows] <= _DOUBTFUL_HOURS)
    weight = np.where(slow, _DOUBTFUL_WEIGHT, 1.0).astype(np.float32)
    _learn_traffic(s, hour, weight)
    weight *= _worth(s)
    _learn_rates(s, hour, weight, 1.0)
    _learn(s.recent_failed, rows, None, _KEEP_RECENT, weight * s.hour_failed[rows])
    _learn(s.recent_expected, rows, None, _KEEP_RECENT, weight * s.hour_expected[rows])
    _clear_hour(s)


def _worth(s: SliceTable) -> Floats:
    """What an outcome of the hour tells beside one of a usual hour.

    Outcomes of a minute hang together, so ten times as many of them tell less than ten times as
    much; ``derive`` discounts all hours as usual ones.
    """
    rows = slice(s.rows)
    usual = s.hourly[rows] / 60
    seen = np.maximum(s.hour_received[rows].sum(axis=1) / 60, usual)
    scatter = s.scatter_rate[rows]
    worth: Floats = (1 + scatter * usual) / (1 + scatter * seen)
    return worth


def commit_early(s: SliceTable, hour: int, minutes: int, age: int) -> None:
    """Learn from ``minutes`` within the first hour or so of a detector that is ``age`` old.

    Nothing decays meanwhile: they are parts of one hour.
    """
    rows = slice(s.rows)
    doubtful = s.hour_doubtful[rows] > 0
    weight = np.where(doubtful, _DOUBTFUL_WEIGHT, 1.0).astype(np.float32)
    _learn_rates(s, hour, weight, 0.0)
    sent = s.hour_sent[rows]
    s.hourly[rows] += minutes / age * (sent * 60 / minutes - s.hourly[rows])
    s.traffic[rows, hour] = np.nan_to_num(s.traffic[rows, hour]) + sent
    _clear_hour(s)


def _learn_rates(s: SliceTable, hour: int, weight: Floats, passed: float) -> None:
    """Learn failures and receipts; what was known fades as after ``passed`` hours."""
    rows = slice(s.rows)
    failed, known = weight * s.hour_failed[rows], weight * s.hour_received[rows].sum(axis=1)
    for column, at, keep, new in (
        (s.failed, None, _KEEP, failed),
        (s.known, None, _KEEP, known),
        (s.failed_by_day, hour % DAY, _KEEP_DAILY, failed),
        (s.known_by_day, hour % DAY, _KEEP_DAILY, known),
        (s.failed_by_week, hour, _KEEP_WEEKLY, failed),
        (s.known_by_week, hour, _KEEP_WEEKLY, known),
        (s.received, None, _KEEP_AGES, weight[:, None] * s.hour_received[rows]),
        (s.exposed, None, _KEEP_AGES, weight[:, None] * s.hour_exposed[rows]),
        (s.failed_by_age, None, _KEEP_AGES, weight[:, None] * s.hour_failed_by_age[rows]),
    ):
        _learn(column, rows, at, keep**passed, new)


def _clear_hour(s: SliceTable) -> None:
    for name in (
        "hour_failed",
        "hour_expected",
        "hour_sent",
        "hour_received",
        "hour_exposed",
        "hour_failed_by_age",
        "hour_doubtful",
    ):
        s.view(name)[:] = 0


def _learn(into: Floats, rows: slice, at: int | None, keep: float, new: Numbers) -> None:
    target = into[rows] if at is None else into[rows, at]
    target *= keep
    target += new


def _learn_traffic(s: SliceTable, hour: int, weight: Floats) -> None:
    rows = slice(s.rows)
    before, sent = s.traffic[rows, hour], s.hour_sent[rows]
    first = np.isnan(before)
    seen = np.where(first, sent, np.minimum(sent, _MOST_TRAFFIC * before + _SOME_TRAFFIC))
    s.traffic[rows, hour] = np.where(first, seen, before + _STEP_WEEKLY * weight * (seen - before))
    hourly = s.hourly[rows]
    usual = _MOST_TRAFFIC * np.fmax(hourly, before) + _SOME_TRAFFIC
    step = np.where(hourly == 0, 1.0, _STEP_HOURLY)
    s.hourly[rows] += step * (np.where(first, sent, np.minimum(sent, usual)) - hourly)


def derive(s: SliceTable, lattice: Lattice, hour: int, tuning: Tuning) -> None:
    """Work out what is usual in the hour of the week that begins."""
    rows = slice(s.rows)
    _derive_scatter(s)
    inflation = 1 + s.scatter_rate[rows] * s.hourly[rows] / 60
    levels = _Levels(s.rows, hour, inflation, tuning.prior_rate)
    for numbers, parents in lattice.generations():
        levels.derive(s, numbers, parents)
        _derive_ages(s, numbers, parents, levels.own[numbers])
    s.level[rows] = levels.week
    near = np.full(s.rows, _APART_TOGETHER)
    near[lattice.own] = _APART_RECENT
    weight = 1 / near**2
    expected = s.recent_expected[rows] / inflation
    s.ratio[rows] = (s.recent_failed[rows] / inflation + weight) / (expected + weight)
    apart = np.where(near == _APART_RECENT, levels.apart, 0)
    s.unsure[rows] = np.sqrt(apart**2 + 1 / (expected + weight))
    s.usual_traffic[rows] = _usual_traffic(s.traffic[rows], hour) / 60


def _derive_scatter(s: SliceTable) -> None:
    rows = slice(s.rows)
    own = s.scatter[rows] + _SCATTER * _SCATTER_WEIGHT
    base = np.maximum(s.scatter_base[rows], 0)
    s.scatter_rate[rows] = np.clip(own / (base + _SCATTER_WEIGHT), 0, _MOST_SCATTER)


class _Levels:
    """Rates of every slice on the way to the hour's, worked out generation by generation."""

    def __init__(self, size: int, hour: int, inflation: Numbers, prior: float) -> None:
        self._hour = hour
        self._inflation = inflation
        self._prior = prior
        self.own, self.day, self.week, self.apart = np.empty((4, size))

    def derive(self, s: SliceTable, rows: Ints, parents: Ints) -> None:
        """Work out a generation whose parents are done."""
        inflation, hour = self._inflation[rows], self._hour
        top = bool(parents[0] < 0)
        prior = np.full(len(rows), self._prior) if top else self.own[parents]
        near = np.full(len(rows), _APART)
        own, apart = _shrunk(s.failed[rows], s.known[rows], prior, inflation, near)
        prior = own if top else own * self.day[parents] / self.own[parents]
        failed, known = _around(s.failed_by_day[rows], hour), _around(s.known_by_day[rows], hour)
        day, apart = _shrunk(failed, known, prior, inflation, np.hypot(apart, _APART_BY_DAY))
        prior = day if top else day * self.week[parents] / self.day[parents]
        failed, known = s.failed_by_week[rows, hour], s.known_by_week[rows, hour]
        week, apart = _shrunk(failed, known, prior, inflation, np.hypot(apart, _APART_BY_WEEK))
        self.own[rows], self.day[rows], self.week[rows], self.apart[rows] = own, day, week, apart


def _usual_traffic(traffic: Floats, hour: int) -> Floats:
    """Messages an hour: last week's, but not more than on most days, for a campaign may be in it.

    0 until the slice has been seen at this hour of the week.
    """
    usual: Floats = np.nan_to_num(
        np.fmin(traffic[:, hour], np.median(traffic[:, hour % DAY :: DAY], axis=1))
    )
    return usual


def _around(by_day: Floats, hour: int) -> Numbers:
    """An hour of the day with half of each of its neighbours: days go smoothly."""
    before, after = by_day[:, (hour - 1) % DAY], by_day[:, (hour + 1) % DAY]
    return by_day[:, hour % DAY] + (before + after) / 2


def _shrunk(
    failed: Numbers, known: Numbers, prior: Doubles, inflation: Numbers, apart: Numbers
) -> tuple[Doubles, Doubles]:
    """Posterior mean under a beta prior, and how far, relatively, the truth may be from it."""
    mean = np.clip(prior, _FEW, _MOST)
    strength = (1 - mean) / (mean * apart**2)
    rate = (failed / inflation + strength * mean) / (known / inflation + strength)
    return rate, np.sqrt((1 - rate) / (rate * (known / inflation + strength)))


def _derive_ages(s: SliceTable, numbers: Ints, parents: Ints, own: Doubles) -> None:
    if parents[0] < 0:
        arrival = np.full((len(numbers), CLASSES), 0.3, np.float32)
        ratio = np.ones((len(numbers), CLASSES), np.float32)
    else:
        arrival, ratio = s.arrival[parents], s.age_ratio[parents]
    s.arrival[numbers] = np.clip(
        (s.received[numbers] + _AGE_MESSAGES * arrival) / (s.exposed[numbers] + _AGE_MESSAGES),
        _FEW,
        0.9999,
    )
    expected = s.received[numbers] * own[:, None]
    s.age_ratio[numbers] = (s.failed_by_age[numbers] + _AGE_FAILURES * ratio) / (
        expected + _AGE_FAILURES
    )
