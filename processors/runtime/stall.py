"""A recovery that does not go on, though there is more to read.

A worker that starts anew reads on; one that waits folds nothing and looks alive. Faust can wait
for ever: where a request of its recovery takes too long it takes the service for stopped.
"""

from typing import Final

from pipeline.errors import UnavailableError

#: Looks without news, one a second, after which a recovery is given up: more than a broker takes
#: to answer when it has just changed leaders. Looks and not seconds, for a process that slept, or
#: was busy with what it had read, has not looked.
PATIENCE: Final = 20


class StalledRecoveryError(UnavailableError):
    """A recovery is under way and nothing has come for a while."""


class Stall:
    """Watches what is left to read."""

    def __init__(self) -> None:
        self._left: int | None = None
        self._looks = 0

    def look(self, left: int | None) -> None:
        """Note how many rows are left, None when no recovery is under way.

        StalledRecoveryError when it has been the same for PATIENCE looks.
        """
        self._looks = self._looks + 1 if left == self._left else 0
        self._left = left
        if left is not None and self._looks >= PATIENCE:
            raise StalledRecoveryError(
                f"{left} records of the state are left to read and none has come for "
                f"{PATIENCE} s: start again"
            )
