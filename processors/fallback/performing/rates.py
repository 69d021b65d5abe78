"""How often something may be asked: so many times a minute for each account."""

from collections import defaultdict, deque
from collections.abc import Callable

_MINUTE_S = 60.0


class Rates:
    """Allows ``per_minute`` within any minute; ``clock`` gives seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._asked: defaultdict[str, deque[float]] = defaultdict(deque)

    def allow(self, account: str) -> bool:
        """Whether one more is allowed now; it counts if so."""
        now, asked = self._clock(), self._asked[account]
        while asked and now - asked[0] >= _MINUTE_S:
            asked.popleft()
        if len(asked) >= self._per_minute:
            return False
        asked.append(now)
        return True
