"""Waits grow, stay bounded, differ between things, and never between two lives of a worker."""

from hypothesis import given
from hypothesis import strategies as st

from processors.notifier.backoff import delay_ms


@given(st.integers(1, 10_000), st.text(max_size=20))
def test_a_wait_is_bounded_and_always_the_same(failures: int, what: str) -> None:
    wait = delay_ms(failures, what)
    whole = min(2_000 * 2 ** min(failures - 1, 20), 300_000)
    assert whole // 2 <= wait <= whole
    assert wait == delay_ms(failures, what)


def test_different_things_spread_out() -> None:
    waits = {delay_ms(8, f"i{number}") for number in range(100)}
    assert len(waits) > 90
    assert max(waits) - min(waits) > 100_000


def test_never_sooner_than_asked_for() -> None:
    assert delay_ms(1, "x", retry_after_s=900) == 900_000
