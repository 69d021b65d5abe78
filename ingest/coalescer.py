"""Events gathered into records: what arrives for one partition while earlier records are under way.

A record costs Kafka, the processors and the sink about the same whether it holds one event or
fifty, so at high load this is where most of the pipeline's speed comes from. At low load nothing
is under way, and an event waits for nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from ingest.delivery import Delivery
from pipeline.errors import UnavailableError
from pipeline.records import Headers, RecordInfo, join, partition_of, raw_headers
from pipeline.topics import RAW

if TYPE_CHECKING:
    from ingest.request_spans import RequestSpans, Sending

_RAW_TOPICS: Final = frozenset(RAW.values())


class Limits(msgspec.Struct, frozen=True):
    """When a record is full (one element always fits), and how long others may hold it up (s)."""

    window_s: float
    max_events: int
    max_bytes: int


class Record(msgspec.Struct, frozen=True):
    """A finished record on its way."""

    topic: str
    partition: int
    value: bytes
    headers: Headers
    events: int


class NeverError(UnavailableError):
    """Kafka's present settings forbid this record, however often it is sent."""


class Outlet(Protocol):
    """Where records go."""

    async def send(self, record: Record) -> Awaitable[object]:
        """Take the record in; what is returned ends with its acknowledgement, or raises."""


class _Batch:
    """A record that is still open."""

    __slots__ = ("deliveries", "elements", "latest", "opened_at", "size")

    def __init__(self, opened_at: int) -> None:
        self.opened_at = opened_at
        self.elements: list[bytes] = []
        self.deliveries: list[Delivery] = []
        self.latest: Delivery | None = None
        self.size = 0


class _Lane:
    """One partition: its open batch, and the turn that keeps its records in order."""

    __slots__ = ("batch", "partition", "topic", "turn")

    def __init__(self, topic: str, partition: int) -> None:
        self.topic = topic
        self.partition = partition
        self.batch: _Batch | None = None
        self.turn = asyncio.Lock()


class Coalescer:
    """Gathers elements by partition and hands full or aged records to the outlet.

    Elements of one delivery must be added without awaiting in between; each request then waits
    for exactly the records that hold its events.
    """

    def __init__(
        self,
        outlet: Outlet,
        limits: Limits,
        ingress_id: str,
        now_ms: Callable[[], int],
        spans: "RequestSpans | None" = None,
    ) -> None:
        self._outlet = outlet
        self._spans = spans
        self._limits = limits
        self._ingress_id = ingress_id
        self._now_ms = now_ms
        self._lanes: dict[str, list[_Lane]] = {}
        self._open: list[_Lane] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._flushing: asyncio.Handle | None = None
        #: Bytes taken in that Kafka has not acknowledged yet.
        self.unacked_bytes = 0

    def lay_out(self, partitions: Mapping[str, int]) -> None:
        """Learn how many partitions each topic has."""
        for topic, count in partitions.items():
            if len(self._lanes.get(topic, ())) != count:
                self._lanes[topic] = [_Lane(topic, number) for number in range(count)]

    def add(self, topic: str, key: str, element: bytes, delivery: Delivery) -> None:
        """Put an element into the record that is open for its partition."""
        self.add_all([(topic, key, element)], delivery)

    def add_all(self, filed: Iterable[tuple[str, str, bytes]], delivery: Delivery) -> None:
        """Put (topic, key, element) each into the record that is open for its partition.

        By partition first: the rest is then done once for a partition, not for an element.
        """
        groups: dict[_Lane, list[bytes]] = {}
        for topic, key, element in filed:
            lanes = self._lanes[topic]
            lane = lanes[partition_of(key, len(lanes))]
            group = groups.get(lane)
            if group is None:
                groups[lane] = [element]
            else:
                group.append(element)
        for lane, group in groups.items():
            self._put_all(lane, group, delivery)

    def _put_all(self, lane: _Lane, elements: list[bytes], delivery: Delivery) -> None:
        size = sum(map(len, elements))
        batch = lane.batch
        count, full = (len(batch.elements), batch.size) if batch else (0, 0)
        limits = self._limits
        if count + len(elements) <= limits.max_events and full + size <= limits.max_bytes:
            self._put(lane, elements, size, delivery)
        else:
            for each in elements:
                self._put(lane, [each], len(each), delivery)

    def _put(self, lane: _Lane, elements: list[bytes], size: int, delivery: Delivery) -> None:
        """Elements that fit one record go into the open one, or into a new one."""
        batch = lane.batch
        if batch is None or batch.size + size > self._limits.max_bytes:
            batch = self._open_batch(lane)
        batch.elements += elements
        batch.size += size
        self.unacked_bytes += size
        if batch.latest is not delivery:
            batch.latest = delivery
            batch.deliveries.append(delivery)
            delivery.expect()
        if len(batch.elements) >= self._limits.max_events or batch.size >= self._limits.max_bytes:
            self._close(lane)

    def flush(self) -> None:
        """Send everything that is open."""
        if self._flushing:
            self._flushing.cancel()
            self._flushing = None
        lanes, self._open = self._open, []
        for lane in lanes:
            self._close(lane)

    async def drain(self, seconds: float) -> bool:
        """Send what is open and wait for all acknowledgements; False when some are missing."""
        self.flush()
        if self._sending:
            await asyncio.wait(self._sending, timeout=seconds)
        return not self._sending

    def _open_batch(self, lane: _Lane) -> _Batch:
        self._close(lane)
        if not self._open:
            self._flushing = self._flush_soon()
        self._open.append(lane)
        lane.batch = _Batch(self._now_ms())
        return lane.batch

    def _flush_soon(self) -> asyncio.Handle:
        loop = asyncio.get_running_loop()
        if self._sending:
            return loop.call_later(self._limits.window_s, self.flush)
        return loop.call_soon(self.flush)

    def _sent(self, sending: asyncio.Task[None]) -> None:
        self._sending.discard(sending)
        if not self._sending and self._open:
            self.flush()

    def _close(self, lane: _Lane) -> None:
        batch, lane.batch = lane.batch, None
        if batch:
            sending = asyncio.get_running_loop().create_task(self._send(lane, batch))
            self._sending.add(sending)
            sending.add_done_callback(self._sent)

    async def _send(self, lane: _Lane, batch: _Batch) -> None:
        failure: Exception | None = None
        traced = self._trace(lane, batch)
        try:
            async with lane.turn:
                acknowledged = await self._outlet.send(self._record(lane, batch, traced))
            await acknowledged
        except Exception as error:  # noqa: BLE001  whatever it was, its requests must be told
            failure = error
        finally:
            self.unacked_bytes -= batch.size
        if traced:
            traced.done(failure)
        for delivery in batch.deliveries:
            delivery.settle(failure)

    def _trace(self, lane: _Lane, batch: _Batch) -> "Sending | None":
        if self._spans is None:
            return None
        count = len(batch.elements)
        return self._spans.sending(lane.topic, lane.partition, count, batch.deliveries)

    def _record(self, lane: _Lane, batch: _Batch, traced: "Sending | None") -> Record:
        count = len(batch.elements)
        info = RecordInfo(batch.opened_at, self._ingress_id, count)
        headers = raw_headers(info) if lane.topic in _RAW_TOPICS else []
        if traced:
            headers.append(("traceparent", traced.traceparent))
        elif len(batch.deliveries) == 1 and batch.deliveries[0].trace:
            headers.append(("traceparent", batch.deliveries[0].trace))
        return Record(lane.topic, lane.partition, join(batch.elements), headers, count)
