"""How fast rows go to a ClickHouse that can't keep up: smaller inserts, longer pauses."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from pipeline import metrics
from sinks.errors import OverloadedError, TooLargeError

_FEWEST_ROWS: Final = 500
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0
_SHORTEST_PAUSE: Final = 0.1


class Pace:
    """Slows down at each sign of overload and recovers insert by insert.

    Rows per insert halve when memory runs out. When there are too many parts, inserts must
    rather be fewer: then the pause before the next one doubles.
    """

    def __init__(
        self, most_rows: int, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._most = most_rows
        self._sleep = sleep
        self.rows = most_rows
        self.pause = 0.0
        self._show()

    async def wait(self) -> None:
        """Let the pause before an insert pass."""
        if self.pause:
            await self._sleep(self.pause)

    def slow(self, error: OverloadedError) -> None:
        """Ask for less from now on."""
        if isinstance(error, TooLargeError):
            self.rows = max(min(_FEWEST_ROWS, self._most), self.rows // 2)
        else:
            self.pause = min(_LONGEST_PAUSE, max(_FIRST_PAUSE, self.pause * 2))
        self._show()

    def recover(self) -> None:
        """An insert went well: ask for a little more."""
        if self.rows == self._most and not self.pause:
            return
        self.rows = min(self._most, self.rows + self.rows // 4 + 1)
        self.pause = self.pause / 2 if self.pause > _SHORTEST_PAUSE else 0.0
        self._show()

    def _show(self) -> None:
        metrics.SINK_ROWS_ALLOWED.set(self.rows)
        metrics.SINK_PAUSE_SECONDS.set(self.pause)
