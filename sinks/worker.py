"""The sink's loop: read, decode in a thread, prepare, store; at most one delivery under way.

One batch may be in delivery while the next one is read. When both are full nothing is asked of
Kafka any more, so that a slow ClickHouse fills Kafka and not the memory: at most two batches and
two fetches (each ``batch_bytes``) are held.
"""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError

from pipeline import metrics
from pipeline.records import read_headers
from pipeline.settings import SinkSettings
from sinks.assignment import Assignment
from sinks.buffer import Buffer, Decoded
from sinks.decoder import Decoder
from sinks.delivery import Delivery
from sinks.load import Load, Source
from sinks.offsets import committed

if TYPE_CHECKING:
    from pipeline.trail import Trail

_log: Final = structlog.get_logger(__name__)
_POLL_MS: Final = 50
_MOST_RECORDS: Final = 500
#: How long a delivery may go on once its partitions are to be given away; then its intent
#: tells the next owner what to look for.
_LAST_SECONDS: Final = 5.0


class Worker(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Reads what the group assigns to it until ``stop`` is called."""

    def __init__(  # noqa: PLR0913, PLR0917  its collaborators, each of one concern
        self,
        consumer: AIOKafkaConsumer,
        admin: AIOKafkaAdminClient,
        decoder: Decoder,
        delivery: Delivery,
        settings: SinkSettings,
        trail: "Trail | None" = None,
    ) -> None:
        self._consumer = consumer
        self._admin = admin
        self._decoder = decoder
        self._delivery = delivery
        self._settings = settings
        self._trail = trail
        self._assignment: Assignment | None = None
        self._under_way: asyncio.Task[None] | None = None
        self._under_way_since: float | None = None
        self._stopping = asyncio.Event()
        metrics.SINK_OLDEST_SECONDS.set_function(self._oldest_seconds)

    def readiness(self) -> str | None:
        """None while what is read gets stored in time, else why not."""
        if self._assignment is None:
            return "waiting for partitions"
        if self._delivery.trouble is not None:
            return self._delivery.trouble
        waited = self._oldest_seconds()
        if waited < self._settings.overdue_seconds:
            return None
        return f"a batch waits for {waited:.0f} s"

    def stop(self) -> None:
        """End ``run`` after what was read is stored."""
        self._stopping.set()

    async def run(self, topics: Collection[str]) -> None:
        """Load the topics; raises what can't be overcome by waiting."""
        self._consumer.subscribe(list(topics), listener=self)
        try:
            while not self._stopping.is_set():
                await self._step()
            await self._deliver_rest()
        finally:
            await self._abandon()

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Finish the delivery under way, or leave it to the next owner; forget the rest."""
        await self._finish_or_abandon()
        self._assignment = None
        if self._trail:
            self._trail.forget()
        if revoked:
            _log.info("partitions revoked", partitions=len(revoked))

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Go on where the last owner stopped, with what it announced."""
        positions = await committed(self._admin, self._consumer, self._settings.group_id, assigned)
        for tp, position in positions.items():
            self._consumer.seek(tp, position.start)
        self._assignment = Assignment(positions)
        for topic in {tp.topic for tp in assigned}:
            metrics.SINK_LAG.labels(topic=topic).set_function(partial(self._lag, topic))
        pending = sum(position.intent is not None for position in positions.values())
        _log.info("partitions assigned", partitions=len(assigned), pending_ranges=pending)

    async def _step(self) -> None:
        if self._under_way is not None and self._under_way.done():
            await self._await_delivery()
        fetched = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=_MOST_RECORDS)
        # Only now: the assignment may have come while waiting, and knows what its next is.
        assignment = self._assignment
        if assignment is None:
            return
        await self._take_in(assignment, fetched)
        await self._deliver_if_due(assignment)

    async def _take_in(
        self,
        assignment: Assignment,
        fetched: Mapping[TopicPartition, Sequence[ConsumerRecord]],
    ) -> None:
        records = assignment.accept(fetched)
        for tp, offset in assignment.rewind.items():
            self._consumer.seek(tp, offset)
        if self._trail:
            for record in records:
                place = (record.topic, record.partition, record.offset)
                self._trail.read(place, record.headers)
        if records:
            decoded = await asyncio.to_thread(self._decode, records)
            for each in decoded:
                assignment.buffer.add(each, time.monotonic())
            metrics.SINK_BUFFERED_BYTES.set(assignment.buffer.bytes)

    def _decode(self, records: Sequence[ConsumerRecord]) -> list[Decoded]:
        decoded = [self._decoder.decode(record) for record in records]
        for each, record in zip(decoded, records, strict=True):
            each.source = _source(record)
        return decoded

    async def _deliver_if_due(self, assignment: Assignment) -> None:
        buffer = assignment.buffer
        full = self._full(buffer)
        if not (full or buffer.aged(time.monotonic(), self._settings.batch_seconds)):
            return
        if self._under_way is not None and not full:
            return
        # During the delivery under way, so that ClickHouse need not wait for it afterwards.
        preparing = asyncio.create_task(self._delivery.prepare(buffer.first()))
        if not await self._done_before_stop(preparing):
            preparing.cancel()
            return
        if self._under_way is not None:
            if not await self._done_before_stop(self._under_way):
                return
            await self._await_delivery()
        bodies = preparing.result()
        if assignment is self._assignment:
            self._under_way_since = buffer.since
            loads = buffer.take(time.monotonic())
            self._under_way = asyncio.create_task(self._deliver(assignment, loads, bodies))

    def _full(self, buffer: Buffer) -> bool:
        rows = min(self._settings.batch_rows, self._delivery.rows_allowed)
        return buffer.full(rows, self._settings.batch_bytes)

    async def _done_before_stop(self, task: "asyncio.Task[object]") -> bool:
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        return task.done()

    async def _deliver(
        self, assignment: Assignment, loads: Sequence[Load], bodies: Mapping[str, bytes]
    ) -> None:
        try:
            with self._traced(loads):
                await self._delivery.deliver(loads, bodies)
            _observe_freshness(loads)
        except CommitFailedError:
            # The group has given the partitions to others: they go on from the last commit.
            _log.warning("no longer the owner of the partitions; what was read is dropped")
            if assignment is self._assignment:
                self._assignment = None
        finally:
            self._under_way_since = None

    async def _await_delivery(self) -> None:
        """Wait for its end and raise its error; one given up at a rebalance has none."""
        task = self._under_way
        if task is None:
            return
        await asyncio.wait({task})
        self._under_way = None
        if not task.cancelled():
            task.result()

    async def _deliver_rest(self) -> None:
        """The last deliveries before leaving: all that was read, as long as it takes not long."""
        try:
            async with asyncio.timeout(_LAST_SECONDS):
                await self._await_delivery()
                while self._assignment is not None and self._assignment.buffer.since is not None:
                    loads = self._assignment.buffer.take(time.monotonic())
                    await self._deliver(self._assignment, loads, {})
        except TimeoutError:
            _log.warning("stopped before all that was read was stored; it will be read again")

    async def _finish_or_abandon(self) -> None:
        if self._under_way is not None:
            await asyncio.wait({self._under_way}, timeout=_LAST_SECONDS)
        await self._abandon()

    def _traced(self, loads: Sequence[Load]) -> AbstractContextManager[object]:
        if self._trail is None:
            return nullcontext()
        rows = sum(len(load.rows) for load in loads)
        attributes: dict[str, str | int] = {
            "db.system.name": "clickhouse",
            "db.operation.batch.size": rows,
        }
        spans = {(load.partition.topic, load.partition.number): load.range for load in loads}

        def includes(place: tuple[str, int, int]) -> bool:
            span = spans.get(place[:2])
            return span is not None and span.first <= place[2] <= span.last

        return self._trail.work("store", attributes, includes)

    def _oldest_seconds(self) -> float:
        buffered = self._assignment.buffer.since if self._assignment else None
        since = self._under_way_since or buffered
        return time.monotonic() - since if since is not None else 0.0

    def _lag(self, topic: str) -> int:
        return self._assignment.lag(topic, self._end) if self._assignment else 0

    def _end(self, tp: TopicPartition) -> int | None:
        if tp not in self._consumer.assignment():
            return None
        end: int | None = self._consumer.highwater(tp)
        return end

    async def _abandon(self) -> None:
        task = self._under_way
        if task is None:
            return
        task.cancel()
        await asyncio.wait({task})
        if task.cancelled():
            self._under_way = None


def _source(record: ConsumerRecord) -> Source:
    info = read_headers(record.headers, record.timestamp)
    return Source(record.value or b"", info.received_at)


def _observe_freshness(loads: Iterable[Load]) -> None:
    now = time.time()
    for load in loads:
        observe = metrics.SINK_FRESHNESS_SECONDS.labels(table=load.table).observe
        for source in load.sources.values():
            observe(max(now - source.received_at / 1000, 0))
