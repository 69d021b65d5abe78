"""A made-up company's traffic: who sends what, how usual it is, and how it varies.

It knows nothing of the detector: rates per minute and slice, and chances of failing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Leaf = tuple[str, str, str, str, str, str, str]

HOUR: Final = 60
DAY: Final = 24 * HOUR
#: A Monday, 00:00 UTC, in minutes since the epoch.
EPOCH: Final = 1_767_571_200 // 60
_COUNTRIES: Final = 25
_CARRIERS: Final = 3
_ACCOUNTS: Final = 6
_SERVICES: Final = 3
_SENDERS: Final = ("long_code", "short_code", "toll_free", "alphanumeric")
#: Rate and failure rate of the slices that incidents of known size are put into.
PROBE_RATE: Final = 600.0
PROBE_FAILURES: Final = 0.05
_SATURDAY: Final = 5
#: Parts of the slices that drift, use another sender than usual, are SMS.
_DRIFTING: Final = 0.15
_OTHER_SENDER: Final = 0.3
_SMS: Final = 0.85
_MOST_FAILING: Final = 0.9


@dataclass(frozen=True)
class World:
    """What is fixed of a month; arrays have one entry a leaf."""

    leaves: list[Leaf]
    rate: Floats  # messages an hour, mean
    failing: Floats  # chance of a failure, mean
    scatter: Floats  # intraclass correlation within a minute
    day_shape: Floats  # (24, leaves), mean 1, of the traffic
    weekend: Floats  # factor of the traffic
    failing_by_day: Floats  # (24, leaves), factor of the chance of a failure
    failing_weekend: Floats
    median_s: Floats  # of the time to a receipt
    failure_pace: Floats  # factor of that time for failures
    drift_start: Floats  # minute; a drift takes ``drift_minutes``
    drift_minutes: Floats
    drift_factor: Floats
    probes: NDArray[np.int64]

    def traffic(self, minute: int) -> Floats:
        """Messages an hour at a minute, before campaigns."""
        hour, day = minute // HOUR % 24, minute // DAY % 7
        weekly = self.weekend if day >= _SATURDAY else np.ones_like(self.weekend)
        return np.asarray(self.rate * self.day_shape[hour] * weekly)

    def chance(self, minute: int) -> Floats:
        """Chance of a failure at a minute, without incidents."""
        hour, day = minute // HOUR % 24, minute // DAY % 7
        weekly = self.failing_weekend if day >= _SATURDAY else np.ones_like(self.failing_weekend)
        done = np.clip((minute - self.drift_start) / self.drift_minutes, 0, 1)
        drift = self.drift_factor**done
        chance = self.failing * self.failing_by_day[hour] * weekly * drift
        return np.asarray(np.clip(chance, 0, _MOST_FAILING))


def make_world(rng: np.random.Generator, size: int, probes: int, minutes: int) -> World:
    """Draw a world of ``size`` slices, ``probes`` of which have the yardstick's rates."""
    leaves = _leaves(rng, size)
    country = np.array([int(leaf[4][1:]) for leaf in leaves])
    zone = rng.integers(0, 24, _COUNTRIES)[country]
    rate = np.exp(rng.uniform(np.log(2), np.log(2000), size))
    level = np.exp(rng.normal(np.log(0.04), 0.5, _COUNTRIES))[country]
    failing = np.clip(level * np.exp(rng.normal(0, 0.35, size)), 0.004, 0.3)
    chosen = rng.choice(size, probes, replace=False)
    rate[chosen], failing[chosen] = PROBE_RATE, PROBE_FAILURES
    hours = np.arange(24)[:, None]
    wave = np.cos((hours - 14 + zone) * 2 * np.pi / 24)
    swing = rng.uniform(0.2, 0.8, size)
    failing_swing = rng.uniform(0.0, 0.3, _COUNTRIES)[country] * rng.uniform(0.5, 1.5, size)
    drifting = rng.random(size) < _DRIFTING
    return World(
        leaves=leaves,
        rate=rate,
        failing=failing,
        scatter=rng.uniform(0.0005, 0.02, size),
        day_shape=1 + swing * wave,
        weekend=rng.uniform(0.4, 1.1, size),
        failing_by_day=1 - failing_swing * wave,
        failing_weekend=rng.uniform(0.85, 1.15, _COUNTRIES)[country]
        * rng.uniform(0.95, 1.05, size),
        median_s=np.exp(rng.uniform(np.log(4), np.log(25), _COUNTRIES))[country],
        failure_pace=rng.uniform(0.6, 1.7, _COUNTRIES)[country],
        drift_start=rng.uniform(0, minutes, size),
        drift_minutes=rng.uniform(7, 14, size) * DAY,
        drift_factor=np.where(drifting, np.exp(rng.uniform(np.log(0.6), np.log(1.7), size)), 1.0),
        probes=np.sort(chosen),
    )


def _leaves(rng: np.random.Generator, size: int) -> list[Leaf]:
    found: dict[Leaf, None] = {}
    popular = 1 / np.arange(1, _COUNTRIES + 1)
    while len(found) < size:
        account, service = rng.integers(_ACCOUNTS), rng.integers(_SERVICES)
        country = rng.choice(_COUNTRIES, p=popular / popular.sum())
        carrier, sender = rng.integers(_CARRIERS), _SENDERS[(account + service) % len(_SENDERS)]
        if rng.random() < _OTHER_SENDER:
            sender = _SENDERS[rng.integers(len(_SENDERS))]
        channel = "sms" if rng.random() < _SMS else "whatsapp"
        leaf = (
            "messaging",
            f"AC{account}",
            channel,
            f"MG{account}{service}",
            f"C{country:02d}",
            f"N{country:02d}{carrier}",
            sender,
        )
        found.setdefault(leaf)
    return list(found)
