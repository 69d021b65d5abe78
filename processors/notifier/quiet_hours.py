"""Hours in which tickets wait."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class QuietHours(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"start": "from"}
):
    """From one time of day to another, or over midnight; ``days`` are those on which they begin.

    From a time to the same time is a whole day: with ``days`` of sat and sun, the weekend.
    """

    start: str
    to: str
    time_zone: str = "UTC"
    days: tuple[Day, ...] = DAYS

    def end_after(self, now_s: float) -> int | None:
        """When the quiet that reigns at ``now_s`` ends (epoch s); None when it does not reign."""
        now = datetime.fromtimestamp(now_s, UTC)
        today = now.astimezone(ZoneInfo(self.time_zone)).date()
        ends: int | None = None
        for days_back in range(7, -8, -1):  # spans that touch each other are one
            begin, end = self._span(today - timedelta(days=days_back))
            reaches = begin <= (now if ends is None else datetime.fromtimestamp(ends, UTC)) < end
            if reaches and DAYS[(today - timedelta(days=days_back)).weekday()] in self.days:
                ends = int(end.timestamp())
        return ends

    def _span(self, day: date) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.time_zone)
        start, to = time.fromisoformat(self.start), time.fromisoformat(self.to)
        begin = datetime.combine(day, start, zone)
        end = datetime.combine(day + timedelta(days=to <= start), to, zone)
        return begin.astimezone(UTC), end.astimezone(UTC)
