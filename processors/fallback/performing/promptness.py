"""A call to Twilio leaves soon after its worker was known to be the owner, or not at all.

A worker may be paused at any moment: while a connection is made, while somebody is asked for a
text. When it wakes, its successor may have asked Twilio, found nothing and made the call itself; a
call that left only now would be a second one. So the clock is looked at right before the bytes are
handed to the connection.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Final

import aiohttp

from processors.runtime.lease import TERM_S, boot_clock

_NEVER: Final = float("inf")
#: Of the deed that a task is about.
_deadline: ContextVar[float] = ContextVar("deadline", default=_NEVER)


class OverdueError(Exception):
    """It is too late to begin the call: another worker may own its plan."""


class Promptness:
    """``clock`` gives seconds, and counts while the machine sleeps.

    A deed begins at most ``TERM_S`` after a commit, and no successor can be there before twice
    that: what leaves within ``TERM_S`` of its beginning leaves before.
    """

    def __init__(self, clock: Callable[[], float] = boot_clock) -> None:
        self._clock = clock

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Let calls leave from now on for as long as they may; none later in this block."""
        token = _deadline.set(self._clock() + TERM_S)
        try:
            yield
        finally:
            _deadline.reset(token)

    def check(self) -> None:
        """OverdueError when no call may leave any more."""
        if self._clock() > _deadline.get():
            raise OverdueError

    def trace(self) -> aiohttp.TraceConfig:
        """Have a client session look at the clock right before it writes a request's body."""

        async def look(
            _session: aiohttp.ClientSession,
            _context: SimpleNamespace,
            _about: aiohttp.TraceRequestChunkSentParams,
        ) -> None:
            self.check()

        trace = aiohttp.TraceConfig()
        trace.on_request_chunk_sent.append(look)
        return trace
