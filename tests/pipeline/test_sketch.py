from hypothesis import given
from hypothesis import strategies as st

from pipeline.sketch import ACCURACY, bucket_of, value_of

WEEK_MS = 7 * 24 * 3_600_000


@given(st.integers(1, WEEK_MS))
def test_a_bucket_stands_for_its_values_within_one_percent(milliseconds: int) -> None:
    assert abs(value_of(bucket_of(milliseconds)) - milliseconds) <= ACCURACY * milliseconds * 1.0001


@given(st.integers(-5, 2 * WEEK_MS), st.integers(-5, 2 * WEEK_MS))
def test_buckets_keep_the_order(one: int, other: int) -> None:
    assert (bucket_of(one) <= bucket_of(other)) == (one <= other) or bucket_of(one) == bucket_of(
        other
    )


def test_the_number_of_buckets_is_bounded() -> None:
    assert bucket_of(-1) == bucket_of(1) == 0
    assert bucket_of(10**15) == bucket_of(WEEK_MS) == 1_011
