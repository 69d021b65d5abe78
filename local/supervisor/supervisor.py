"""Starts groups of parts one after the other and stops them in reverse."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from local.supervisor.keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.supervisor.keeper import PartState
    from local.supervisor.part import Part

STOP_SECONDS = 12.0
_RESERVED_SECONDS = 4.0  # of the above, for each group that is still to be stopped


class Supervisor:
    """Parts of one group run beside each other; a later group needs the earlier ones."""

    def __init__(self, on_change: Callable[[str, PartState], None]) -> None:
        self._on_change = on_change
        self._groups: list[list[Keeper]] = []

    async def start(self, *parts: Part) -> None:
        """Start a group; return when all are ready; raises UnavailableError when one never is."""
        group = [Keeper(part, self._on_change) for part in parts]
        self._groups.append(group)
        await asyncio.gather(*(keeper.was_ready() for keeper in group))

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop all, the last group first, within so many seconds."""
        deadline = time.monotonic() + seconds
        for group in self._newest_first():
            left = deadline - time.monotonic() - _RESERVED_SECONDS * len(self._groups)
            await asyncio.gather(*(keeper.stop(max(left, 0.5)) for keeper in group))

    def _newest_first(self) -> Iterator[list[Keeper]]:
        while self._groups:
            yield self._groups.pop()
