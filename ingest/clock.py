"""The time of day as events are stamped with it."""

import time
from typing import Final

_MILLISECOND: Final = 1_000_000


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // _MILLISECOND
