"""Deadlines of many things under way at once, watched by one timer.

A timer for each would cost more than what most of them wait for.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

_LOOKS: Final = 8
_LONGEST_LOOK_SECONDS: Final = 0.1


class Deadlines:
    """Calls back for each future that is not done after ``seconds``, or an eighth of it later.

    All wait equally long, so the first that began is the first to be late.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._look_s = min(seconds / _LOOKS, _LONGEST_LOOK_SECONDS)
        self._waiting: deque[tuple[float, asyncio.Future[None], Callable[[], None]]] = deque()
        self._watching = False

    def watch(self, under_way: asyncio.Future[None], late: Callable[[], None]) -> None:
        """Call ``late`` unless the future is done in time."""
        loop = asyncio.get_running_loop()
        self._waiting.append((loop.time() + self._seconds, under_way, late))
        if not self._watching:
            self._watching = True
            loop.call_later(self._look_s, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now, waiting = loop.time(), self._waiting
        while waiting and (waiting[0][1].done() or waiting[0][0] <= now):
            _, under_way, late = waiting.popleft()
            if not under_way.done():
                late()
        self._watching = bool(waiting)
        if waiting:
            loop.call_later(self._look_s, self._look, loop)
