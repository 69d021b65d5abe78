from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.twilio.clock import parse_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-06-10T06:02:54.377Z", 1_781_071_374_377),
        ("2022-02-02T09:20:25.336676Z", 1_643_793_625_336),
        ("2026-01-01T01:00:00+01:00", 1_767_225_600_000),
        ("2026-01-01T00:00:00", 1_767_225_600_000),
    ],
)
def test_times_as_twilio_writes_them(text: str, expected: int) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    "value", ["", "soon", "Sun, 24 Aug 2025 13:49:54 +0000", None, 5, "0001-01-01"]
)
def test_what_is_no_time(value: object) -> None:
    assert parse_time(value) is None


@given(st.integers(-2_000_000_000_000, 10_000_000_000_000))
def test_round_trip(milliseconds: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert parse_time(moment.isoformat()) == milliseconds
