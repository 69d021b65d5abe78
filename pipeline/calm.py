"""Keeps a library's log from filling the disk: one line a second from each place in its code.

While a topic or broker is away, aiokafka repeats itself some hundred times a second.
"""

import logging
import time
from collections.abc import Callable
from typing import Final

from typing_extensions import override

_SECONDS: Final = 1.0


class Calm(logging.Filter):
    """Passes everything of other loggers; ``now`` is a monotonic clock in seconds."""

    def __init__(self, library: str, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(library)
        self._now = now
        self._quiet_until: dict[tuple[str, int], float] = {}

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if not super().filter(record):
            return True
        place, now = (record.pathname, record.lineno), self._now()
        if now < self._quiet_until.get(place, 0.0):
            return False
        self._quiet_until[place] = now + _SECONDS
        return True
