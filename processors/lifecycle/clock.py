"""Event time in one partition: what has been read, and what the wall clock adds when it is quiet.

State ages by the ingress's clock alone (``watermark``), so neither an event with a wrong date
nor a worker with a wrong clock can drop an event. Deadlines also pass while nothing arrives.
"""

from typing import Final

from processors.lifecycle.cell import WINDOW_MS

#: Clocks differ by so much without anything being wrong.
_SKEW_MS: Final = 5_000


class Clock:
    """All times in epoch ms; ``cutoff`` is a window's start, so that cells are whole."""

    def __init__(self, horizon_ms: int) -> None:
        self._horizon_ms = horizon_ms
        self.watermark = 0
        self.now = 0
        self.received_at = 0
        self.cutoff = -horizon_ms
        self.soon = _SKEW_MS
        self.farthest = horizon_ms

    def receive(self, received_at: int) -> None:
        """Hear of a record's ``received-at``; it is the time of what comes next."""
        self.received_at = received_at
        self.soon = received_at + _SKEW_MS
        self.farthest = received_at + self._horizon_ms
        if received_at > self.watermark:
            self.restore(received_at, received_at)

    def restore(self, watermark: int, now: int) -> None:
        """Go on from a stored state."""
        self.watermark = max(self.watermark, watermark)
        self.now = max(self.now, now, self.watermark)
        self.cutoff = (self.watermark - self._horizon_ms) // WINDOW_MS * WINDOW_MS

    def advance(self, now: int) -> None:
        """Let deadlines pass."""
        self.now = max(self.now, now)
