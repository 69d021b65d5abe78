"""Hours of the day in which something waits."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: Final[tuple[Day, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Clock = Annotated[
    str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="a time such as 22:00")
]


class QuietHours(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"start": "from"}
):
    """From one time of day to another, or over midnight; ``days`` are those on which they begin.

    From a time to the same time is a whole day: with ``days`` of sat and sun, the weekend.
    ``time_zone`` is a name of the IANA database.
    """

    start: Clock
    to: Clock
    time_zone: str = "UTC"
    days: tuple[Day, ...] = DAYS

    def unknown_zone(self) -> str | None:
        """What is wrong with the time zone, if anything."""
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return f"no time zone is called {self.time_zone!r}; Europe/Berlin is one"
        return None

    def reign(self, now_s: float) -> bool:
        """Whether it is quiet at an epoch second."""
        now = datetime.fromtimestamp(now_s, UTC)
        return any(begin <= now < end for begin, end in self._spans(now, range(1, -1, -1)))

    def end_after(self, now_s: float) -> int | None:
        """When the quiet that reigns at ``now_s`` ends (epoch s); None when it does not reign."""
        at = datetime.fromtimestamp(now_s, UTC)
        ends: datetime | None = None
        for begin, end in self._spans(at, range(7, -8, -1)):  # those that touch are one
            if begin <= at < end:
                ends = at = end
        return int(ends.timestamp()) if ends else None

    def _spans(self, now: datetime, days_back: range) -> list[tuple[datetime, datetime]]:
        today = now.astimezone(ZoneInfo(self.time_zone)).date()
        days = [today - timedelta(days=each) for each in days_back]
        return [self._span(day) for day in days if DAYS[day.weekday()] in self.days]

    def _span(self, day: date) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.time_zone)
        start, to = time.fromisoformat(self.start), time.fromisoformat(self.to)
        begin = datetime.combine(day, start, zone)
        end = datetime.combine(day + timedelta(days=to <= start), to, zone)
        return begin.astimezone(UTC), end.astimezone(UTC)
