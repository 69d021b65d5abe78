"""Faust's consumer with its seek guarded, and what it knows of a partition's end.

After a recovery Faust resumes the source partitions before it has sought to the committed
offsets, so records may be delivered from the old position (upstream issues 596 and 606). Here
the flow is stopped first; the recovery resumes it once the seek is done.
"""

from collections.abc import Mapping

from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP
from typing_extensions import override


class SeekGuardedConsumer(Consumer):
    """Never delivers between the start of a seek and the recovery's resume."""

    @override
    async def perform_seek(self) -> None:
        if self.flow_active:
            self.stop_flow()
        await super().perform_seek()

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

    async def commit_offsets(self, offsets: Mapping[TP, int]) -> bool:
        """Commit these; False when the group has moved on and this worker is not the owner."""
        return await self._commit(offsets)
