"""The gate: open only while this worker owns its partitions and has their state.

It closes at a revocation, after what was folded has been flushed a last time, and opens when a
recovery has restored. In between nothing may be folded, flushed or committed: a row written
after the next recovery took its high watermark would be missing from the restored state.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class Gate:
    """Closed at first; a flush holds it so that it can't close underneath.

    Rebalances may follow each other faster than recoveries: Faust can end the recovery of one
    assignment when the next revocation, or even the next assignment, has come. So a recovery
    claims the gate before it restores, and opens it only if nothing has come since.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._is_assigned = False
        self._changes = 0
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[bool]:
        """Keep the gate as it is for a while; gives whether it is open."""
        async with self._lock:
            yield self.is_open

    def assigned(self) -> None:
        """Note that partitions were assigned; their recovery may open the gate."""
        self._is_assigned = True
        self._changes += 1

    def claim(self) -> int | None:
        """Give what ``open`` wants to see; None when partitions are revoked."""
        return self._changes if self._is_assigned else None

    def open(self, claim: int) -> bool:
        """Let events and flushes through; False when assignments have changed since the claim."""
        if claim != self._changes:
            return False
        self.is_open = True
        return True

    async def close(self, last: Callable[[], Awaitable[None]]) -> None:
        """Wait for a running flush, run ``last`` if still open, then let nothing through."""
        self._is_assigned = False
        self._changes += 1
        async with self._lock:
            if self.is_open:
                await last()
            self.is_open = False

    def slam(self) -> None:
        """Close at once, without a last flush: ownership is already gone."""
        self.is_open = False
