"""Quiet hours, in the zone of those who sleep."""

from datetime import UTC, datetime

import pytest

from pipeline.quiet_hours import QuietHours

BERLIN = "Europe/Berlin"


def ends(hours: QuietHours, moment: str) -> str | None:
    """``moment`` and the answer in UTC."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
    end = hours.end_after(at)
    return None if end is None else f"{datetime.fromtimestamp(end, UTC):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-23 20:59", None),  # Monday, 21:59 in Berlin
        ("2026-11-23 21:00", "2026-11-24 06:00"),
        ("2026-11-24 02:00", "2026-11-24 06:00"),
        ("2026-11-24 05:59:59", "2026-11-24 06:00"),
        ("2026-11-24 06:00", None),
        ("2026-07-01 20:00", "2026-07-02 05:00"),  # summer time
        ("2026-10-24 21:00", "2026-10-25 06:00"),  # the night in which it ends
    ],
)
def test_a_night_over_midnight(moment: str, end: str | None) -> None:
    assert ends(QuietHours(start="22:00", to="07:00", time_zone=BERLIN), moment) == end


def test_days_are_those_on_which_it_begins() -> None:
    hours = QuietHours(start="22:00", to="07:00", days=("fri",))
    assert ends(hours, "2026-11-27 23:00") == "2026-11-28 07:00"  # Friday
    assert ends(hours, "2026-11-28 06:00") == "2026-11-28 07:00"
    assert ends(hours, "2026-11-28 23:00") is None


def test_days_that_follow_each_other_are_one_quiet() -> None:
    hours = QuietHours(start="00:00", to="00:00", days=("sat", "sun"))
    assert ends(hours, "2026-11-27 23:59") is None
    assert ends(hours, "2026-11-28 00:00") == "2026-11-30 00:00"
    assert ends(hours, "2026-11-29 12:00") == "2026-11-30 00:00"


def test_hours_within_a_day() -> None:
    hours = QuietHours(start="12:00", to="13:30")
    assert ends(hours, "2026-11-23 12:00") == "2026-11-23 13:30"
    assert ends(hours, "2026-11-23 13:30") is None
