from math import comb, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.alerts.lattice import Lattice
from processors.alerts.root import Window, likelihoods, spans_since
from processors.alerts.slices import Leaf
from processors.alerts.state import SPANS


def log_binomial(failed: int, known: int, rate: float) -> float:
    return log(comb(known, failed)) + failed * log(rate) + (known - failed) * log(1 - rate)


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.01, 0.9))
def test_scores_of_failures_are_likelihood_ratios(
    failed: int, delivered: int, usual: float
) -> None:
    known = failed + delivered
    window = Window(np.array([failed * 1.0]), np.array([usual * known]), np.array([known * 1.0]))
    (score,) = window.scores("failures")
    if failed / known > usual:
        ratio = log_binomial(failed, known, failed / known) - log_binomial(failed, known, usual)
        assert score == pytest.approx(ratio, rel=1e-6, abs=1e-6)
    else:
        assert score == 0


@given(st.integers(0, 60), st.floats(0.1, 100))
def test_scores_of_absence_are_poisson_likelihood_ratios(came: int, expected: float) -> None:
    window = Window(np.array([came * 1.0]), np.array([expected]), np.array([0.0]))
    (score,) = window.scores("silence")
    if came < expected:
        own = came * log(came) - came if came else 0.0
        assert score == pytest.approx(own - (came * log(expected) - expected), rel=1e-6, abs=1e-6)
    else:
        assert score == 0


def test_the_slice_that_changed_as_a_whole_is_likeliest() -> None:
    leaves: list[Leaf] = [
        ("messaging", f"AC{account}", "sms", f"MG{account}", country, f"{country}1", "long_code")
        for account in range(4)
        for country in ("BR", "DE", "FR")
    ]
    lattice = Lattice()
    for leaf in leaves:
        lattice.add(leaf)
    known = np.full(len(leaves), 200.0)
    failed = np.array([60.0 if leaf[4] == "BR" else 10.0 for leaf in leaves])
    table = np.stack([failed, known * 0.05, known], axis=1).astype(np.float32)
    observed, expected, total = lattice.sums(table).T.astype(np.float64)
    likely = likelihoods(lattice, Window(observed, expected, total).scores("failures"))
    best = lattice.slices[int(np.argmax(likely))]
    assert best.text() == "product=messaging,country=BR"


@given(st.integers(0, 10_000), st.integers(0, 300))
def test_spans_cover_the_time_since_a_start_once(minute: int, ago: int) -> None:
    spans = spans_since(minute - ago, minute)
    assert len(spans) == len(set(spans)) <= SPANS
    assert len(spans) == min(minute // 2 - (minute - ago) // 2 + 1, SPANS)
