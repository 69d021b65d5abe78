"""A recovery that reads nothing any more, though there is more to read.

Seen once in hundreds of rebalances on a busy machine: Faust waits for its own fetcher for ever.
A worker that starts anew reads on; one that waits folds nothing and looks alive.
"""

from collections.abc import Callable
from typing import Final

from pipeline.errors import UnavailableError

#: Longer than a broker takes to answer when it has just changed leaders.
PATIENCE_S: Final = 20.0


class StalledRecoveryError(UnavailableError):
    """State rows are left to read, and none has come for a while."""


class Stall:
    """Watches what is left to read; ``clock`` gives seconds, only forward."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left: int | None = None
        self._since = clock()

    def look(self, left: int | None) -> None:
        """Note how many rows are left, None when no recovery is under way.

        StalledRecoveryError when it has been the same for PATIENCE_S.
        """
        now = self._clock()
        if not left or left != self._left:
            self._left, self._since = left, now
        elif now - self._since >= PATIENCE_S:
            raise StalledRecoveryError(
                f"{left} records of the state are left to read and none has come for "
                f"{PATIENCE_S:g} s: start again"
            )
