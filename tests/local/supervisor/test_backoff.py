from hypothesis import given
from hypothesis import strategies as st

from local.supervisor.backoff import Backoff


def test_the_first_restart_comes_at_once_and_the_next_ones_ever_later() -> None:
    backoff = Backoff()
    assert [backoff.after(1.0) for _ in range(9)] == [
        0.0,
        0.2,
        0.4,
        0.8,
        1.6,
        3.2,
        6.4,
        10.0,
        10.0,
    ]


def test_a_healthy_while_is_forgiven() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.after(0.1)
    assert backoff.after(30.0) == 0.0
    assert backoff.after(0.1) == 0.2


@given(st.lists(st.floats(min_value=0, max_value=1e6), max_size=200))
def test_the_wait_stays_within_its_bounds(lives: list[float]) -> None:
    backoff = Backoff()
    assert all(0.0 <= backoff.after(lived) <= 10.0 for lived in lives)
