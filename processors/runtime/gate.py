"""The gate: open only while this worker owns its partitions and has their state.

It closes at a revocation, after what was folded has been flushed a last time, and opens when a
recovery has restored. In between nothing may be folded, flushed or committed: a row written
after the next recovery took its high watermark would be missing from the restored state.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class Gate:
    """Closed at first; a flush holds it so that it can't close underneath."""

    def __init__(self) -> None:
        self.is_open = False
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[bool]:
        """Keep the gate as it is for a while; gives whether it is open."""
        async with self._lock:
            yield self.is_open

    def open(self) -> None:
        """Let events and flushes through."""
        self.is_open = True

    async def close(self, last: Callable[[], Awaitable[None]]) -> None:
        """Wait for a running flush, run ``last`` if still open, then let nothing through."""
        async with self._lock:
            if self.is_open:
                await last()
            self.is_open = False

    def slam(self) -> None:
        """Close at once, without a last flush: ownership is already gone."""
        self.is_open = False
