from math import comb, exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.alerts.cusum import drift, evidence, false_alarm_interval, threshold_for

RATES = st.floats(0.01, 0.5)
MULTIPLIERS = st.floats(1.2, 12)
ONE = np.ones(1)


def changed(rate: float, multiplier: float) -> float:
    odds = multiplier * rate / (1 - rate)
    return odds / (1 + odds)


@given(RATES, MULTIPLIERS, st.integers(0, 50), st.integers(0, 50))
def test_evidence_is_the_binomial_log_likelihood_ratio(
    rate: float, multiplier: float, failed: int, delivered: int
) -> None:
    other = changed(rate, multiplier)
    ratio = failed * log(other / rate) + delivered * log((1 - other) / (1 - rate))
    known = ONE * (failed + delivered)
    found = evidence(ONE * failed, known, ONE * rate, multiplier, ONE)
    assert found[0] == pytest.approx(ratio, abs=1e-9)


@given(RATES, MULTIPLIERS, st.integers(1, 40))
def test_evidence_is_on_average_one_likelihood_while_nothing_changes(
    rate: float, multiplier: float, known: int
) -> None:
    failed = np.arange(known + 1.0)
    chances = np.array(
        [comb(known, k) * rate**k * (1 - rate) ** (known - k) for k in range(known + 1)]
    )
    ones = np.ones(known + 1)
    nats = evidence(failed, ones * known, ones * rate, multiplier, ones)
    assert float(chances @ np.exp(nats)) == pytest.approx(1.0)
    assert float(chances @ nats) == pytest.approx(-known * drift(ONE * rate, multiplier)[0])


def exact_interval(rate: float, multiplier: float, threshold: float) -> float:
    """Mean outcomes to a false alarm by Brook and Evans's Markov chain, on a fine grid."""
    up = log(multiplier) - np.log1p((multiplier - 1) * rate)
    down = np.log1p((multiplier - 1) * rate)
    size = 4000
    grid = threshold / size
    moves = np.zeros((2, size), np.int64)
    positions = np.arange(size) * grid
    moves[0] = np.round((positions + up) / grid)
    moves[1] = np.maximum(np.round((positions - down) / grid), 0)
    mean = np.zeros(size)
    for _ in range(200_000):
        after_up = np.where(moves[0] < size, mean[np.minimum(moves[0], size - 1)], 0.0)
        new = 1 + rate * after_up + (1 - rate) * mean[moves[1]]
        if np.max(np.abs(new - mean)) < 1e-3:
            break
        mean = new
    return float(mean[0])


@pytest.mark.parametrize(("rate", "multiplier"), [(0.05, 2.1), (0.05, 3.6), (0.2, 2.1)])
def test_the_interval_to_a_false_alarm_is_near_the_exact_one(
    rate: float, multiplier: float
) -> None:
    threshold = 4.0
    lost = drift(ONE * rate, multiplier)
    told = false_alarm_interval(ONE * threshold, lost, np.sqrt(2 * lost))[0]
    exact = exact_interval(rate, multiplier, threshold)
    assert 0.6 * exact < told < 1.25 * exact  # rather too careful than too bold


@given(st.floats(1e3, 1e9), st.floats(1e-4, 3.0), st.floats(0.01, 1.5))
def test_the_threshold_keeps_the_interval(interval: float, step: float, spread: float) -> None:
    found = threshold_for(ONE * interval, ONE * step, ONE * spread)
    assert found[0] <= log(interval) or found[0] == 2.0
    if 2.0 < found[0] < log(interval) - 1e-9:
        kept = false_alarm_interval(found, ONE * step, ONE * spread)[0]
        assert kept > 0.8 * interval


def test_likelihood_ratios_pass_the_safe_threshold_seldom() -> None:
    rng = np.random.default_rng(5)
    runs, steps, interval = 400, 2_000, 2_000.0
    sums, alarms = np.zeros(runs), np.zeros(runs, np.bool_)
    for _ in range(steps):
        failed = rng.binomial(20, 0.05, runs).astype(float)
        nats = evidence(failed, np.full(runs, 20.0), np.full(runs, 0.05), 3.6, np.ones(runs))
        sums = np.maximum(sums + nats, 0)
        alarms |= sums > log(interval)
    assert alarms.mean() < 1 - exp(-steps / interval)
