"""The time that is asked about, in whole steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from console.problems import ProblemError
from console.question import read_question
from console.span import Span, read_span

NOW = 1_800_000_030.5
HOUR = 3_600


def test_the_last_hour_unless_told_otherwise() -> None:
    span = read_span({}, NOW)
    assert span == Span(1_799_996_400, 1_800_000_060, 60)
    assert len(span.times) == 61
    assert span.before == Span(1_799_992_740, 1_799_996_400, 60)


def test_all_pages_of_one_minute_ask_the_same() -> None:
    asked = {read_question(MultiDict(), 1_800_000_000 + second) for second in range(59)}
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("hours", "step"), [(1, 60), (3, 60), (4, 300), (24, 300), (25, HOUR), (24 * 32, 24 * HOUR)]
)
def test_longer_times_have_longer_steps(hours: int, step: int) -> None:
    assert read_span({"from": "0", "to": str(hours * HOUR)}, NOW).step == step


@given(st.integers(0, 4 * 10**9), st.integers(1, 400 * 24 * HOUR))
def test_a_span_holds_what_was_asked_and_is_bounded(start: int, length: int) -> None:
    span = read_span({"from": str(start), "to": str(start + length)}, NOW)
    assert span.start <= start < start + length <= span.end
    assert span.start % span.step == span.end % span.step == 0
    assert len(span.times) <= 1_500


def test_the_order_of_filters_does_not_matter() -> None:
    one = read_question(MultiDict([("country", "DE"), ("country", "US")]), NOW)
    other = read_question(MultiDict([("country", "US"), ("country", "DE")]), NOW)
    assert one == other
    assert one.part.countries == ("DE", "US")


def test_too_many_filters_are_refused() -> None:
    query = MultiDict([("country", str(number)) for number in range(51)])
    with pytest.raises(ProblemError, match="`country` has too many or too long values"):
        read_question(query, NOW)
