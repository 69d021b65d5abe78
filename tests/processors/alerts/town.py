"""A small town's traffic, for tests: a few slices, known rates, receipts within two minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from processors.alerts.detector import Detector
from processors.alerts.settings import Tuning

if TYPE_CHECKING:
    from processors.alerts.incident import Transition
    from processors.alerts.slices import Leaf

MONDAY = 1_767_571_200 // 60
LEAVES: tuple[Leaf, ...] = tuple(
    ("messaging", account, "sms", f"MG-{account}", country, carrier, "long_code")
    for account in ("AC1", "AC2")
    for country, carrier in (("BR", "1"), ("BR", "2"), ("DE", "3"))
)


@dataclass
class Town:
    """Drives a detector with 10 messages a minute and slice, of which one in twenty fails."""

    seed: int = 1
    tuning: Tuning = field(default_factory=lambda: Tuning(false_tickets_a_month=0.3))
    rate: float = 10.0
    failing: float = 0.05
    leaves: tuple[Leaf, ...] = LEAVES

    def __post_init__(self) -> None:
        self.detector = Detector(self.tuning, MONDAY)
        self.rng = np.random.default_rng(self.seed)
        self.told: list[Transition] = []
        self.raised: dict[int, float] = {}
        self.silent: set[int] = set()
        self.stopped: set[int] = set()
        self.factor = 1.0
        self._late = np.zeros((2, len(self.leaves)))
        for leaf in self.leaves:
            self.detector.leaf(leaf)

    def copy(self) -> Town:
        """A town of its own that would go on just like this one, its detector restored."""
        other = Town(self.seed, self.tuning, self.rate, self.failing, self.leaves)
        other.detector = Detector(self.tuning, 0)
        other.detector.restore(self.detector.shape, dict(self.detector.pages()))
        other.rng.bit_generator.state = self.rng.bit_generator.state
        other.raised, other.silent, other.stopped = dict(self.raised), self.silent, self.stopped
        other._late = self._late.copy()
        return other

    def run(self, minutes: int) -> list[Transition]:
        """Go on for some minutes; give what was told meanwhile."""
        before = len(self.told)
        for _ in range(minutes):
            self._minute()
        return self.told[before:]

    def _minute(self) -> None:
        size, minute = len(self.leaves), self.detector.minute
        chance = np.array([self.raised.get(n, self.failing) for n in range(size)])
        alive = np.array([n not in self.stopped for n in range(size)])
        heard = np.array([n not in self.silent for n in range(size)])
        sent = self.rng.poisson(self.rate * self.factor * alive)
        failed = self.rng.binomial(sent, chance)
        soon = self.rng.binomial(sent, 0.8)
        soon_failed = self.rng.hypergeometric(failed, sent - failed, soon)
        nothing = np.zeros(size)
        known, bad = self._late * heard
        self.detector.add_cohort(minute - 1, nothing, known, bad)
        self.detector.add_cohort(minute, sent, soon * heard, soon_failed * heard)
        self._late = np.array([sent - soon, failed - soon_failed])
        self.told += self.detector.close_minute()
