from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from processors.alerts.baseline import commit_block, commit_hour, derive
from processors.alerts.lattice import Lattice
from processors.alerts.settings import Tuning
from processors.alerts.state import WEEK, SliceTable

if TYPE_CHECKING:
    from processors.alerts.arrays import Floats

SCATTER, FAILING = 0.01, 0.05
DAY_BLOCKS = 6 * 24
USUAL = 600.0


class Bench:
    """A few hundred slices alike, to learn on without a detector around them."""

    def __init__(self) -> None:
        self.lattice = Lattice()
        for number in range(300):
            self.lattice.add(("verify", "", "", "", "", "", str(number)))
        self.own = self.lattice.own
        self.slices = SliceTable()
        while self.slices.rows < len(self.lattice.slices):
            self.slices.add_row()
        self._hour = 0
        self.derived("scatter_rate")

    def derived(self, name: str) -> Floats:
        derive(self.slices, self.lattice, self._hour % WEEK, Tuning())
        learned: Floats = self.slices.view(name)[self.own]
        return learned

    def hours(self, count: int, sent: float, failing: float = FAILING) -> None:
        """Learn from hours in which so many were sent, of which so many failed."""
        for _ in range(count):
            for name, value in (
                ("hour_sent", sent),
                ("hour_failed", sent * failing),
                ("hour_expected", sent * FAILING),
            ):
                self.slices.view(name)[:] = value
            self.slices.view("hour_received")[:, 0] = sent
            commit_hour(self.slices, self._hour % WEEK)
            self._hour += 1

    def blocks(self, count: int, a_minute: int, rng: np.random.Generator) -> None:
        """Learn from ten minutes at a time whose rates are drawn anew for each minute."""
        spread, slices = 1 / SCATTER - 1, self.slices
        for _ in range(count):
            rates = rng.beta(FAILING * spread, (1 - FAILING) * spread, (10, slices.rows))
            slices.view("block_failed")[:] = rng.binomial(a_minute, rates).sum(axis=0)
            slices.view("block_known")[:] = 10 * a_minute
            slices.view("block_expected")[:] = 10 * a_minute * FAILING
            commit_block(slices)


def test_scatter_is_learned_from_much_traffic() -> None:
    bench = Bench()
    bench.blocks(7 * DAY_BLOCKS, 30, np.random.default_rng(1))
    estimates = bench.derived("scatter_rate")
    assert estimates.mean() == pytest.approx(SCATTER, rel=0.15)
    assert np.quantile(estimates, 0.01) > 0.4 * SCATTER


@pytest.mark.parametrize("campaign", [80, 1500])
def test_a_campaign_makes_no_slice_believe_that_nothing_scatters(campaign: int) -> None:
    bench, rng = Bench(), np.random.default_rng(2)
    bench.blocks(3 * DAY_BLOCKS, 4, rng)
    bench.blocks(4, campaign, rng)
    estimates = bench.derived("scatter_rate")
    assert np.median(estimates) == pytest.approx(SCATTER, rel=0.3)
    assert np.quantile(estimates, 0.25) > 0.5 * SCATTER


def test_the_luck_of_a_campaign_is_not_the_rate_of_the_next_day() -> None:
    bench = Bench()
    bench.hours(WEEK, USUAL)
    bench.hours(1, 100 * USUAL, 0.8 * FAILING)
    assert bench.derived("ratio") == pytest.approx(0.95, abs=0.03)
    bench.hours(6, USUAL)
    assert bench.derived("ratio").min() > 0.95


def test_a_campaign_is_no_usual_traffic_but_growth_is() -> None:
    bench = Bench()
    bench.hours(WEEK, USUAL)
    bench.hours(1, 300 * USUAL)
    assert bench.derived("hourly").max() < 1.1 * USUAL
    bench.hours(7 * 24, 30 * USUAL)
    assert bench.derived("hourly").min() > 20 * USUAL
