"""How long to wait before a process that died is started again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Doubles from `first` to `longest` seconds; forgets after `healthy` seconds of life.

    The first restart after a healthy while comes at once: most deaths are single ones.
    """

    first: float = 0.2
    longest: float = 10.0
    healthy: float = 30.0
    _deaths: int = 0

    def after(self, lived: float) -> float:
        """Return the seconds to wait after a life of `lived` seconds."""
        self._deaths = 1 if lived >= self.healthy else self._deaths + 1
        if self._deaths == 1:
            return 0.0
        doublings = min(self._deaths - 2, 30)
        return float(min(self.first * 2**doublings, self.longest))
