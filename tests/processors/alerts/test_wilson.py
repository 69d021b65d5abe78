import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.alerts.wilson import wilson

Z = 1.959963984540054


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_ends_are_where_the_rate_is_just_as_unlikely(hits: int, more: int) -> None:
    of = hits + more
    for end in wilson(hits, of):
        if 0 < end < 1:
            distance = (hits / of - end) ** 2
            assert distance == pytest.approx(Z**2 * end * (1 - end) / of, rel=1e-6, abs=1e-12)


def test_nothing_known_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
