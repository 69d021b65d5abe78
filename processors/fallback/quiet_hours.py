"""Whether it is a quiet hour somewhere."""

from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from processors.fallback.policy import Action, QuietHours


def is_quiet(hours: QuietHours | None, action: Action, now_ms: int) -> bool:
    """Whether an action must wait; hours whose end lies before their start span midnight."""
    if hours is None or (hours.actions and action not in hours.actions):
        return False
    now = datetime.fromtimestamp(now_ms / 1000, _zone(hours.zone)).time()
    start, end = time.fromisoformat(hours.start), time.fromisoformat(hours.end)
    return start <= now < end if start <= end else (now >= start or now < end)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
