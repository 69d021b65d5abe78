"""How fast the spool may drain, so that live traffic keeps its share of Kafka."""

from collections.abc import Callable


class Pace:
    """A rate in bytes per second without credit for idle time; the clock counts seconds."""

    def __init__(self, bytes_per_second: int, clock: Callable[[], float]) -> None:
        self._rate = bytes_per_second
        self._clock = clock
        self._free_at = clock()

    def spend(self, size: int) -> float:
        """Seconds to wait before so many bytes may go."""
        now = self._clock()
        begin = max(now, self._free_at)
        self._free_at = begin + size / self._rate
        return begin - now
