"""Runs one fold per source partition inside Faust; the only place that knows both.

The order of a flush is: items, state row, offset commit, deletion of old rows; each is
acknowledged before the next begins (why: see ``partition.Flush``).
"""

import asyncio
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any, Final, cast

import faust
import structlog
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP
from faust.types.tables import TableT

from pipeline import metrics
from pipeline.errors import PermanentError
from pipeline.records import read_headers
from processors.runtime.fence import HoleError, Verdict
from processors.runtime.fold import Fold, SourceRecord
from processors.runtime.gate import Gate
from processors.runtime.outbox import pack
from processors.runtime.partition import Flush, PartitionState
from processors.runtime.row import decode_row

MakeFold = Callable[[str, int], Fold]
_ChangelogRow = tuple[PartitionState, bytes, bytes | None]

_MAX_RECORD_BYTES: Final = 1024 * 1024
_log = structlog.stdlib.get_logger(__name__)


class Runner:
    """The lifecycle of the partitions this worker owns: restore, fold, flush, give up."""

    def __init__(  # noqa: PLR0913  the parts it joins
        self,
        app: faust.App,
        table: TableT[bytes, bytes],
        make_fold: MakeFold,
        *,
        sources: Iterable[str],
        partitions: dict[str, int],
        flush_max_changes: int,
    ) -> None:
        self._app = app
        self._table = table
        self._make_fold = make_fold
        self._sources = frozenset(sources)
        self._partitions = partitions
        self._flush_max_changes = flush_max_changes
        self._name = app.conf.id
        self._states: dict[tuple[str, int], PartitionState] = {}
        self._gate = Gate()

    @property
    def not_ready(self) -> str | None:
        """Why the worker folds nothing now; None when it does."""
        return None if self._gate.is_open else "waiting for partitions and their state"

    async def recovered(self) -> None:
        """Rebuild the state of every assigned partition from the changelog, then open the gate."""
        generation = self._app.consumer_generation_id
        states = {
            (tp.topic, tp.partition): PartitionState(
                tp.topic, tp.partition, self._make_fold(tp.topic, tp.partition), generation
            )
            for tp in self._app.consumer.assignment()
            if tp.topic in self._sources
        }
        rows = [decode_row(value) for value in self._table.values() if value]
        for place, state in states.items():
            state.restore(row for row in rows if (row.topic, row.partition) == place)
        self._states = states
        self._gate.open()
        _log.info("state restored", partitions=len(states), rows=len(rows), generation=generation)

    async def revoked(self, *_: Any, **__: Any) -> None:  # noqa: ANN401  Faust's signal
        """Flush a last time and let nothing through until the next recovery."""
        await self._gate.close(self._flush_all)

    async def consume(self, stream: faust.StreamT[bytes]) -> None:
        """Fold what Faust delivers; a hole or a bug crashes the worker, which then restarts."""
        async for event in cast("faust.Stream[bytes]", stream).noack().events():
            if not self._gate.is_open:
                continue
            message = event.message
            state = self._states.get((message.topic, message.partition))
            if state is None:
                raise PermanentError(f"{message.tp} was delivered without its state")
            if await self._may_fold(state, message.offset):
                headers = read_headers(message.headers or (), int(message.timestamp * 1000))
                state.apply(SourceRecord(message.offset, headers.received_at, event.value or b""))
                if len(state.fold.changed()) >= self._flush_max_changes:
                    await self.flush()

    async def flush(self) -> None:
        """Write and commit what was folded, unless the gate is closed."""
        async with self._gate.hold() as is_open:
            if is_open:
                await self._flush_all()

    async def _may_fold(self, state: PartitionState, offset: int) -> bool:
        verdict = state.fence.judge(offset)
        if verdict is Verdict.REPLAY:
            metrics.PROCESSOR_REPLAYED.labels(self._name).inc()
        elif verdict is Verdict.JUMP:
            await self._pass_over(state, offset)
        return verdict is not Verdict.REPLAY

    async def _pass_over(self, state: PartitionState, offset: int) -> None:
        tp = TP(state.topic, state.partition)
        beginning = (await self._app.consumer.earliest_offsets(tp))[tp]
        try:
            lost = state.fence.pass_over(offset, beginning)
        except HoleError:
            metrics.PROCESSOR_HOLES.labels(self._name).inc()
            raise
        metrics.PROCESSOR_LOST.labels(self._name).inc(lost)
        _log.error("retention deleted records before they were processed", tp=str(tp), lost=lost)

    async def _flush_all(self) -> None:
        started = perf_counter()
        flushes = [
            (state, flush)
            for state in self._states.values()
            if (flush := state.flush()) is not None
        ]
        if not flushes:
            return
        await self._write_items(flush for _, flush in flushes)
        await self._write_rows((s, flush.row_key, flush.row_value) for s, flush in flushes)
        offsets = {TP(s.topic, s.partition): flush.next_offset for s, flush in flushes}
        if not await self._consumer()._commit(offsets):  # noqa: SLF001  no public call commits ours
            self._gate.slam()  # the group has moved on; the next recovery starts from what it has
            return
        await self._write_rows((s, key, None) for s, flush in flushes for key in flush.obsolete)
        self._observe(perf_counter() - started)

    async def _write_items(self, flushes: Iterable[Flush]) -> None:
        items = (item for flush in flushes for item in flush.items)
        records = pack(items, self._partitions, _MAX_RECORD_BYTES)
        send = self._app.producer.send
        await asyncio.gather(
            *[await send(out.topic, None, out.value, out.partition, None, None) for out in records]
        )

    async def _write_rows(self, rows: Iterable[_ChangelogRow]) -> None:
        topic, send = self._table.changelog_topic.get_topic_name(), self._app.producer.send
        await asyncio.gather(
            *[await send(topic, key, value, s.partition, None, None) for s, key, value in rows]
        )

    def _consumer(self) -> Consumer:
        return cast("Consumer", self._app.consumer)

    def _observe(self, seconds: float) -> None:
        metrics.PROCESSOR_FLUSH_SECONDS.labels(self._name).observe(seconds)
        states = self._states.values()
        metrics.PROCESSOR_STATE_ENTRIES.labels(self._name).set(sum(s.fold.size() for s in states))
        metrics.PROCESSOR_STATE_ROWS.labels(self._name).set(sum(s.rows for s in states))
