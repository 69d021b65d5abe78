"""How long a worker may believe that it still owns its partitions.

After a commit the group has confirmed the ownership; for as long as the session lasts it can't
have passed to another worker. A worker that slept in between (a paused virtual machine) must ask
again before it acts, for its successor may have acted already.
"""

import time
from collections.abc import Callable
from typing import Final

from processors.runtime.app import SESSION_S

#: Half of the session, so that what is begun within it has gone out before the session can end.
TERM_S: Final = SESSION_S / 2


def boot_clock() -> float:
    """Seconds that pass also while the machine sleeps, where the system can tell (Linux)."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Lease:
    """Valid for TERM_S since the moment before the last commit that succeeded was asked for."""

    def __init__(self, now: Callable[[], float] = boot_clock) -> None:
        self._now = now
        self._asked: float | None = None

    @property
    def now(self) -> float:
        """The clock's time; note it before asking for a commit."""
        return self._now()

    def renew(self, asked: float) -> None:
        """Note that a commit asked for at ``asked`` has succeeded."""
        self._asked = asked

    @property
    def is_valid(self) -> bool:
        """Whether no other worker can own the partitions yet."""
        return self._asked is not None and self._now() - self._asked < TERM_S
