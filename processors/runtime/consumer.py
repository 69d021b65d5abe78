"""Faust's consumer, mended where it lets records fall, and what it knows of a partition's end.

- Faust takes records out of the client in one thread and decides in another whether it delivers
  them. What it does not deliver (the flow was stopped, the partition paused meanwhile) it drops,
  and the client goes on behind it. Here such records are put back.
- What it wants it tells the client by a set that it goes on changing. Empty, at the end of every
  recovery, it means everything. Here the client gets a copy, and an empty one asks for nothing.
- After a recovery it resumes the source partitions before it has sought to the committed offsets
  (upstream issues 596 and 606). Here the flow is stopped first; the recovery resumes it once the
  seek is done.
- Where nothing was committed yet it does not seek at all. Here it goes to the beginning.

A partition whose last records were dropped looks read to its end: neither a hole nor an error
tells of it until the next record comes.
"""

from collections.abc import Mapping
from typing import Any, Final

from faust.transport.consumer import RecordMap
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP
from mode.services import WaitResults
from typing_extensions import override

from processors.runtime.drained import Drained, DrainingThread
from processors.runtime.eager import begin

#: Seconds a poll waits for records; what is resumed meanwhile is first polled after it.
_POLL_S: Final = 0.2
#: Seconds between two looks at whether there is a partition to poll.
_IDLE_S: Final = 0.05


class SeekGuardedConsumer(Consumer):
    """Never delivers between the start of a seek and the recovery's resume, and loses nothing."""

    _thread: DrainingThread

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  Faust's
        super().__init__(*args, **options)
        self._stops = 0
        self._given: dict[TP, int] = {}

    @override
    def _new_consumer_thread(self) -> DrainingThread:
        return DrainingThread(self, loop=self.loop, beacon=self.beacon)

    @override
    def stop_flow(self) -> None:
        super().stop_flow()
        self._stops += 1

    @override
    async def perform_seek(self) -> None:
        if self.flow_active:
            self.stop_flow()
        sources = {tp for tp in self.assignment() if not self._is_changelog_tp(tp)}
        self._given.clear()
        if sources:
            self._read_offset.update(await self._thread.rewind(sources))

    @override
    async def _wait_next_records(self, timeout: float) -> tuple[RecordMap | None, set[TP] | None]:
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
        stops, wanted = self._stops, set(self._get_active_partitions())
        if not wanted:
            await self.sleep(_IDLE_S)
            return None, wanted
        drained = await self._thread.drain(wanted, min(timeout, _POLL_S))
        if self._may_deliver(drained, stops):
            self._given |= drained.reached
            return drained.records, wanted
        if drained.records:
            await self._thread.put_back(drained)
        return None, wanted

    def _may_deliver(self, drained: Drained, stops: int) -> bool:
        """Whether nothing has changed since these were asked for, when so often was stopped."""
        deliverable = self._get_active_partitions() | self._buffered_partitions
        return self.flow_active and stops == self._stops and drained.records.keys() <= deliverable

    @override
    async def wait_first(self, *coros: Any, timeout: Any = None) -> Any:
        """Make tasks only where the first of these has to wait: taking a record seldom does."""
        first, *others = coros
        rest: Any = None
        try:
            rest = begin(first)
        finally:
            if rest is None:
                for other in others:
                    other.close()
        if rest is None:
            return WaitResults([first], [None], stopped=False)
        return await super().wait_first(rest, *others, timeout=timeout)

    @override
    def on_buffer_drop(self, tp: TP) -> None:
        """A queue that was emptied because its partition was revoked must not wake it."""
        if tp in self._paused_partitions:
            self._buffered_partitions.discard(tp)
        else:
            super().on_buffer_drop(tp)

    def polled(self, tp: TP) -> tuple[int | None, int | None]:
        """When a poll was last answered (epoch ms), and what it or a later one said of the end.

        In this order, for the client lives in another thread. Nothing is known of a partition
        that is not assigned.
        """
        client = self._thread._ensure_consumer()  # noqa: SLF001  Faust passes only one of them on
        if tp not in client.assignment():
            return None, None
        at: int | None = client.last_poll_timestamp(tp)
        end: int | None = client.highwater(tp)
        return at, end

    def reached(self, tp: TP) -> int | None:
        """Up to where records were given out; None when the client does not know where to read."""
        return self._thread.position_of(tp)

    def has_given(self, tp: TP, offset: int) -> bool:
        """Whether this record may wait in Faust's queue, or the queue is too full to fetch it."""
        return tp in self._buffered_partitions or self._given.get(tp, 0) > offset

    async def commit_offsets(self, offsets: Mapping[TP, int]) -> bool:
        """Commit these; False when the group has moved on and this worker is not the owner."""
        return await self._commit(offsets)
