"""Faust's consumer with its seek guarded.

After a recovery Faust resumes the source partitions before it has sought to the committed
offsets, so records may be delivered from the old position (upstream issues 596 and 606). Here
the flow is stopped first; the recovery resumes it once the seek is done.
"""

from faust.transport.drivers.aiokafka import Consumer
from typing_extensions import override


class SeekGuardedConsumer(Consumer):
    """Never delivers between the start of a seek and the recovery's resume."""

    @override
    async def perform_seek(self) -> None:
        if self.flow_active:
            self.stop_flow()
        await super().perform_seek()
