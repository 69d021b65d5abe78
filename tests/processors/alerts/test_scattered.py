from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.alerts.cusum import evidence
from processors.alerts.scattered import evidence_of

RATES = st.floats(0.002, 0.6)


def log_beta_binomial(failed: int, known: int, rate: float, correlation: float) -> float:
    size = 1 / correlation - 1
    a, b = rate * size, (1 - rate) * size
    choose = lgamma(known + 1) - lgamma(failed + 1) - lgamma(known - failed + 1)
    whole = lgamma(failed + a) + lgamma(known - failed + b) - lgamma(known + a + b)
    return choose + whole - lgamma(a) - lgamma(b) + lgamma(a + b)


def nats(failed: int, known: int, rate: float, multiplier: float, scatter: float) -> float:
    bad, of, usual, factor = (np.array([float(n)]) for n in (failed, known, rate, scatter))
    (found,) = evidence_of(bad, of, usual, (multiplier,), factor)
    return float(found[0])


@given(st.data(), st.integers(2, 400), RATES, st.sampled_from([1.5, 3.6, 28.0]), RATES)
def test_it_is_the_ratio_of_beta_binomial_chances(
    data: st.DataObject, known: int, rate: float, multiplier: float, correlation: float
) -> None:
    correlation = min(correlation, 0.4)
    failed = data.draw(st.integers(0, known))
    raised = multiplier * rate / (1 + (multiplier - 1) * rate)
    exact = log_beta_binomial(failed, known, raised, correlation) - log_beta_binomial(
        failed, known, rate, correlation
    )
    scatter = 1 + correlation * (known - 1)
    assert nats(failed, known, rate, multiplier, scatter) == pytest.approx(exact, abs=1e-5)


@given(st.data(), st.integers(1, 400), RATES)
def test_without_scatter_it_is_the_binomial_one(
    data: st.DataObject, known: int, rate: float
) -> None:
    failed = data.draw(st.integers(0, known))
    arrays = [np.array([float(each)]) for each in (failed, known, rate)]
    plain = evidence(arrays[0], arrays[1], arrays[2], 9.0, np.ones(1))
    assert nats(failed, known, rate, 9.0, 1.0) == pytest.approx(float(plain[0]), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("correlation", [0.005, 0.02])
def test_a_single_minute_passes_a_threshold_no_oftener_than_it_claims(correlation: float) -> None:
    known, rate, multiplier = 11, 0.018, 28.0
    for reach in (4.0, 8.0, 12.0):
        chance = sum(
            exp(log_beta_binomial(failed, known, rate, correlation))
            for failed in range(known + 1)
            if nats(failed, known, rate, multiplier, 1 + correlation * (known - 1)) > reach
        )
        assert chance < exp(-reach)


def test_seven_failures_among_eleven_are_no_outage_where_minutes_scatter() -> None:
    plain = 7 * log(28) - 11 * log(1 + 27 * 0.018)
    assert plain / (1 + 0.0083 * 10) > 17
    assert nats(7, 11, 0.018, 28.0, 1 + 0.0083 * 10) < 14.5
