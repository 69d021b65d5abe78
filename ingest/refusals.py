"""The log of refused requests: one line per reason and second, however many there are.

A line says why and how many, never what was in a request.
"""

import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from ingest.answers import Answer

_QUIET_SECONDS: Final = 1.0
_log = structlog.stdlib.get_logger("ingest")


class RefusalLog:
    """Logs refusals; ``now`` is a monotonic clock in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._quiet_until: dict[str, float] = {}
        self._held_back: Counter[str] = Counter()

    def refused(self, answer: Answer, **facts: str | int) -> None:
        """Log a refusal, or count it towards the next line of its reason."""
        reason, now = answer.reason, self._now()
        if now < self._quiet_until.get(reason, 0.0):
            self._held_back[reason] += 1
            return
        self._quiet_until[reason] = now + _QUIET_SECONDS
        more = self._held_back.pop(reason, 0)
        _log.warning(
            "request refused", status=answer.status.value, reason=reason, more=more, **facts
        )

    def failed(self, answer: Answer, error: Exception) -> None:
        """Log an error nobody foresaw by its type and place: its text may quote the request."""
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
        self.refused(answer, error=type(error).__name__, place=place)
