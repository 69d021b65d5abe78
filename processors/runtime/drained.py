"""The client's side of the consumer: records are taken so that they can be put back.

aiokafka forgets a record as it gives it out. Whether Faust may still deliver it is known in
another thread, some time later; until then somebody has to remember where it came from.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from faust.transport.consumer import RecordMap, ensure_TP
from faust.transport.drivers.aiokafka import (
    AIOKafkaConsumerThread,
    Transport,
    ensure_aiokafka_TP,
)
from faust.types import TP
from msgspec import Struct
from typing_extensions import override


class Drained(Struct):
    """Records that were taken out of the client, and where that left it.

    ``assignment`` is aiokafka's, which lasts until the next rebalance and holds the positions.
    """

    records: RecordMap
    assignment: Any
    reached: dict[TP, int]

    def put_back(self, client: AIOKafkaConsumer) -> None:
        """Have the client read these again, but where somebody has sought elsewhere since."""
        if not self.assignment.active:
            return  # the positions are gone with it
        for tp, records in self.records.items():
            state = self.assignment.state_value(tp)
            if state.has_valid_position and state.position == self.reached[tp]:
                client.seek(ensure_aiokafka_TP(tp), records[0].offset)


#: Milliseconds after which the broker answers that there is nothing. A deadline passes in a quiet
#: partition when two such answers have come; Faust's 1.5 s held silence back for three.
_FETCH_WAIT_MS: Final = 100


class DrainingThread(AIOKafkaConsumerThread):
    """The thread aiokafka lives in."""

    @override
    def _create_worker_consumer(self, transport: Transport) -> AIOKafkaConsumer:
        client = super()._create_worker_consumer(transport)
        client._fetch_max_wait_ms = _FETCH_WAIT_MS  # noqa: SLF001  Faust has no setting for it
        return client

    async def drain(self, places: Collection[TP], timeout_s: float) -> Drained:
        """Take what was fetched of these partitions; waits so long for the first record."""
        drained: Drained = await self.call_thread(self._drain, places, timeout_s)
        return drained

    async def put_back(self, drained: Drained) -> None:
        """Have these records read again."""
        await self.call_thread(self._put_back, drained)

    async def rewind(self, places: Iterable[TP]) -> dict[TP, int | None]:
        """Go to the committed offsets, and to the beginning where nothing was committed.

        Gives the former, None for the latter. aiokafka alone leaves those where they are.
        """
        found: dict[TP, int | None] = await self.call_thread(self._rewind, places)
        return found

    def position_of(self, tp: TP) -> int | None:
        """Where the client reads next, if it knows; may be called from any thread."""
        subscription = self._ensure_consumer()._subscription.subscription  # noqa: SLF001  not public
        state = subscription.assignment and subscription.assignment.state_value(tp)
        if not state or not state.has_valid_position:
            return None
        position: int = state.position
        return position

    async def _drain(self, places: Collection[TP], timeout_s: float) -> Drained:
        client = self._ensure_consumer()
        records = await self._fetch_records(client, set(places), timeout_s)
        assignment = client._subscription.subscription.assignment  # noqa: SLF001  not public
        reached = {tp: assignment.state_value(tp).position for tp in records}
        return Drained(records, assignment, reached)

    async def _put_back(self, drained: Drained) -> None:
        drained.put_back(self._ensure_consumer())

    async def _rewind(self, places: Iterable[TP]) -> dict[TP, int | None]:
        client = self._ensure_consumer()
        committed = await client.seek_to_committed(*map(ensure_aiokafka_TP, places))
        fresh = [tp for tp, offset in committed.items() if not offset]
        if fresh:
            await client.seek_to_beginning(*fresh)
        return {ensure_TP(tp): offset or None for tp, offset in committed.items()}
