"""Writes what a flush has collected, in the one order that survives a crash at any point.

1. **Items**, upserts that may be written twice. Before the row: once that is there, a replay is
   skipped, and items that had not been written by then never would be. The fold is deterministic,
   so a replay writes the same again. So do letters about records that were set aside.
2. **The state row**, with the announcements in it.
3. **The offset commit.** Only the present owner of a partition can commit, so behind it we know
   that the row is part of the history: whoever owns the partition next restores it.
4. **Announcements.** Behind the row, or one could be emitted that no state remembers; a replay,
   hearing other times from the clock, might then never make it again, or make it twice. Behind
   the commit, or a worker that was paused would announce what it alone believes. A crash in
   between loses none: the next owner finds the row as the newest and announces it again.
5. **Deletions of old rows.** Behind the commit: a paused former owner must not delete rows whose
   entries it moved to a row that nobody will read.
6. **Deeds** are performed (``performing``). Behind all of it: whoever owns the partition next finds
   in the row every call that may have gone out, and readers have been told that it would.

Each step is acknowledged before the next begins.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from faust.types import TP

from processors.runtime.fence import NOTHING
from processors.runtime.fold import Item
from processors.runtime.outbox import pack
from processors.runtime.partition import Flush, PartitionState

#: Queues (topic, key, value, partition); what it gives is done when the brokers have it.
Send = Callable[[str, bytes | None, bytes | None, int], Awaitable[Awaitable[Any]]]
#: Commits offsets; False when the group has moved on.
Commit = Callable[[Mapping[TP, int]], Awaitable[bool]]

_MAX_RECORD_BYTES: Final = 1024 * 1024


class Writer:
    """Writes to the derived topics, whose partitions are counted, and to a changelog."""

    def __init__(self, send: Send, commit: Commit, partitions: Mapping[str, int]) -> None:
        self._send = send
        self._commit = commit
        self._partitions = partitions

    async def write(self, flushes: Sequence[Flush], changelog: str) -> bool:
        """Write all; False, with announcements and deletions left out, when not the owner."""
        await self._emit(item for flush in flushes for item in flush.items)
        await self._all((changelog, *record, f.partition) for f in flushes for record in f.records)
        offsets = {TP(flush.topic, flush.partition): flush.next_offset for flush in flushes}
        if not await self._commit(offsets):
            return False
        await self._emit(item for flush in flushes for item in flush.announcements)
        await self._all((changelog, key, None, f.partition) for f in flushes for key in f.obsolete)
        return True

    async def take_over(self, states: Sequence[PartitionState]) -> bool:
        """Commit what restored states have reached, then announce what may be unsaid.

        A former owner may have died between the row and its commit; without this the group
        would lag until the next record. It also works backwards: should the state be older than
        the committed offset, the records in between are read again. False when not the owner.
        """
        reached = {
            TP(state.topic, state.partition): state.fence.last + 1
            for state in states
            if state.fence.last != NOTHING
        }
        if reached and not await self._commit(reached):
            return False
        await self._emit(item for state in states for item in state.unsaid)
        return True

    async def confirm(self, states: Iterable[PartitionState]) -> bool:
        """Commit once more what is flushed, to hear from the group that we are still the owner."""
        return await self._commit(
            {TP(state.topic, state.partition): state.next_offset for state in states}
        )

    async def _emit(self, items: Iterable[Item]) -> None:
        records = pack(items, self._partitions, _MAX_RECORD_BYTES)
        await self._all((out.topic, None, out.value, out.partition) for out in records)

    async def _all(self, records: Iterable[tuple[str, bytes | None, bytes | None, int]]) -> None:
        await asyncio.gather(*[await self._send(*record) for record in records])
