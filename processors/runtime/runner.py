"""Runs one fold per source partition inside Faust; the only place that knows both."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

import faust
import structlog
from faust.types import TP
from faust.types.tables import TableT

from pipeline import metrics
from pipeline.errors import PermanentError
from pipeline.records import read_headers
from processors.runtime.changelog import Changelog
from processors.runtime.consumer import SeekGuardedConsumer
from processors.runtime.deeds import Acting, Deed, Performer
from processors.runtime.fence import NOTHING, HoleError, Verdict
from processors.runtime.fold import Fold, SourceRecord
from processors.runtime.gate import Gate
from processors.runtime.lease import Lease
from processors.runtime.letter import blame, letter_about
from processors.runtime.partition import Flush, PartitionState
from processors.runtime.performing import Performing
from processors.runtime.segments import Found
from processors.runtime.starvation import Reading
from processors.runtime.streak import BrokenFoldError, Streak
from processors.runtime.writer import Writer

if TYPE_CHECKING:
    from pipeline.trail import Trail

MakeFold = Callable[[str, int], Fold]

#: Deeds of one worker under way at once.
_DEEDS_AT_ONCE: Final = 64
#: Seconds that deeds under way are given to end, when partitions go or the worker stops.
_GRACE_S: Final = 3.0

_log: Final = structlog.stdlib.get_logger(__name__)


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
        perform: Performer | None = None,
        trail: "Trail | None" = None,
    ) -> None:
        self._app = app
        self._trail = trail
        self._traceparent = b""
        self._changelog = Changelog(app, table)
        self._make_fold = make_fold
        self._sources = frozenset(sources)
        self._flush_max_changes = flush_max_changes
        self._name = app.conf.id
        self._states: dict[tuple[str, int], PartitionState] = {}
        self._gate = Gate()
        self._streak = Streak(time.monotonic)
        self._writer = Writer(
            self._send, lambda offsets: self._consumer().commit_offsets(offsets), partitions
        )
        self._lease = Lease()
        self._queue: asyncio.Queue[Any] | None = None
        self._performing = self._performing_by(perform) if perform else None
        metrics.PROCESSOR_LAG.labels(self._name).set_function(self._lag)

    @property
    def not_ready(self) -> str | None:
        """Why the worker folds nothing now; None when it does."""
        return None if self._gate.is_open else "waiting for partitions and their state"

    async def recovered(self) -> None:
        """Rebuild the state of every assigned partition from the changelog, then open the gate.

        Faust does not look at what a callback raises, so a failure has to crash the worker here.
        """
        try:
            await self._restore()
        except Exception as error:  # noqa: BLE001  whatever it is, nothing can be folded now
            await self._app.crash(error)

    async def _restore(self) -> None:
        claim = self._gate.claim()
        if claim is None or self._changelog.is_out_of_date:
            return  # the partitions were revoked meanwhile; another recovery follows
        started, generation = perf_counter(), self._app.consumer_generation_id
        states = {
            (tp.topic, tp.partition): PartitionState(
                tp.topic, tp.partition, self._make_fold(tp.topic, tp.partition), generation
            )
            for tp in self.assigned_sources
        }
        found = self._changelog.take()
        for place, state in states.items():
            here = found.pop(place, Found())
            state.restore(here.rows, here.remains)
        is_owner = await self._writer.take_over(list(states.values()))
        if is_owner and self._gate.open(claim):
            self._states = states
            if self._performing:
                self._performing.resume()
            self._begin((state, state.unfinished) for state in states.values())
            seconds = round(perf_counter() - started, 3)
            _log.info(
                "state restored", partitions=len(states), generation=generation, seconds=seconds
            )

    @property
    def left(self) -> int | None:
        """How many state rows a recovery has yet to read; None when none is under way."""
        if self._gate.is_open or self._gate.claim() is None:
            return None
        return self._changelog.left or 0

    @property
    def assigned_sources(self) -> list[TP]:
        """The source partitions that are ours, or about to be."""
        return [tp for tp in self._app.consumer.assignment() if tp.topic in self._sources]

    def readings(self) -> dict[TP, Reading]:
        """How far each partition has come; none while nothing is folded."""
        states = self._states.values() if self._gate.is_open else ()
        return {(tp := TP(s.topic, s.partition)): self._reading(s, tp) for s in states}

    def _reading(self, state: PartitionState, tp: TP) -> Reading:
        next_offset, consumer = state.fence.last + 1, self._consumer()
        is_busy = self._queue is not None and not self._queue.empty()
        return Reading(
            next_offset,
            consumer.reached(tp),
            consumer.polled(tp)[0],
            is_busy and consumer.has_given(tp, next_offset),
        )

    async def assigned(self, *_: Any, **__: Any) -> None:  # noqa: ANN401  Faust's signal
        """Expect a recovery; Faust has been told to make one when this comes."""
        self._gate.assigned()

    async def revoked(self, *_: Any, **__: Any) -> None:  # noqa: ANN401  Faust's signal
        """Flush a last time and let nothing through until the next recovery."""
        await self._end_deeds()
        await self._gate.close(self._flush_all)
        self._changelog.forget()
        if self._trail:
            self._trail.forget()

    async def consume(self, stream: faust.StreamT[bytes]) -> None:
        """Fold what Faust delivers; a hole or a broken fold crashes the worker."""
        self._queue = cast("Any", stream.channel).queue
        async for event in cast("faust.Stream[bytes]", stream).noack().events():
            if not self._gate.is_open:
                continue
            message = event.message
            state = self._states.get((message.topic, message.partition))
            if state is None:
                raise PermanentError(f"{message.tp} was delivered without its state")
            if await self._may_fold(state, message.offset):
                headers = read_headers(message.headers or (), int(message.timestamp * 1000))
                self._fold(
                    state, SourceRecord(message.offset, headers.received_at, event.value or b"")
                )
                if self._trail:
                    place = (message.topic, message.partition, message.offset)
                    self._trail.read(place, message.headers or ())
                if len(state.fold.changed()) >= self._flush_max_changes:
                    await self.flush()

    def _fold(self, state: PartitionState, record: SourceRecord) -> None:
        try:
            state.apply(record)
        except MemoryError:
            raise  # not the record's fault
        except Exception as error:  # noqa: BLE001  a fold's bug must not stop the partition
            self._set_aside(state, record, error)
        else:
            self._streak.succeeded()

    def _set_aside(self, state: PartitionState, record: SourceRecord, error: Exception) -> None:
        where = f"{state.topic}/{state.partition}/{record.offset}"
        try:
            self._streak.failed(f"{where} ({blame(error)})")
        except BrokenFoldError:
            self._gate.slam()  # what else was folded is read again with the rest
            raise
        letter = letter_about(
            record, error, source=self._name, topic=state.topic, partition=state.partition
        )
        state.set_aside(record, letter)
        metrics.PROCESSOR_POISONED.labels(self._name).inc()
        _log.error("a record could not be folded", record=where, error=blame(error))

    async def tick(self) -> None:
        """Tell quiet partitions the time, then flush."""
        async with self._gate.hold() as is_open:
            if is_open:
                self._advance()
                await self._flush_all()

    async def flush(self) -> None:
        """Write and commit what was folded, unless the gate is closed."""
        async with self._gate.hold() as is_open:
            if is_open:
                await self._flush_all()

    async def attend(self) -> None:
        """Tell acting folds the time where it is due, and flush at once what they learned."""
        has_news = self._performing is not None and self._performing.take_news()
        if not (has_news or self._due()):
            return
        async with self._gate.hold() as is_open:
            if is_open:
                for fold in self._due():
                    fold.tick(_now_ms())
                await self._flush_all()

    async def stop(self) -> None:
        """Wait a little for deeds under way, then flush what there is."""
        await self._end_deeds()
        await self.flush()

    def _performing_by(self, perform: Performer) -> Performing:
        return Performing(
            perform,
            _DEEDS_AT_ONCE,
            may_start=self._is_owner,
            now_ms=_now_ms,
            crash=self._app.crash,
            name=self._name,
        )

    def _due(self) -> list[Acting]:
        now = _now_ms()
        acting = (state.acting for state in self._states.values() if state.acting)
        return [fold for fold in acting if (due := fold.due()) is not None and due <= now]

    def _begin(self, deeds: Iterable[tuple[PartitionState, list[Deed]]]) -> None:
        for state, todo in deeds:
            if self._performing and state.acting:
                self._performing.start(state.acting, todo)

    async def _end_deeds(self) -> None:
        if self._performing:
            await self._performing.finish(_GRACE_S)

    async def _is_owner(self) -> bool:
        if self._gate.is_open and self._lease.is_valid:
            return True
        async with self._gate.hold() as is_open:
            return is_open and await self._confirm()

    async def _confirm(self) -> bool:
        asked = self._lease.now
        if not await self._writer.confirm(self._states.values()):
            self._gate.slam()
            return False
        self._lease.renew(asked)
        return True

    def _advance(self) -> None:
        for state in self._states.values():
            polled, end = self._consumer().polled(TP(state.topic, state.partition))
            now = state.quiet.until(polled, end, state.fence.last + 1)
            if now is not None:
                state.fold.advance(now)

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
        undecided = self._streak.undecided
        flushes = [
            flush
            for state in self._states.values()
            if not (undecided and state.has_set_aside) and (flush := state.flush()) is not None
        ]
        if not flushes:
            return
        asked = self._lease.now
        if await self._write(flushes):
            self._lease.renew(asked)
            self._begin((self._states[each.topic, each.partition], each.deeds) for each in flushes)
            self._observe(perf_counter() - started, flushes)
        else:
            self._gate.slam()  # the group has moved on; the next recovery starts from what it has

    async def _write(self, flushes: list[Flush]) -> bool:
        if self._trail is None:
            return await self._writer.write(flushes, self._changelog.topic)
        with self._trail.work("flush", {"twilio.partitions": len(flushes)}) as self._traceparent:
            is_owner = await self._writer.write(flushes, self._changelog.topic)
        self._traceparent = b""
        return is_owner

    def _lag(self) -> int:
        """Records that are not folded yet, as far as Kafka has told where partitions end."""
        states = self._states.values() if self._gate.is_open else ()
        begun = (state for state in states if state.fence.last != NOTHING)
        ends = ((s, self._consumer().polled(TP(s.topic, s.partition))[1]) for s in begun)
        return sum(max((end or 0) - state.fence.last - 1, 0) for state, end in ends)

    async def _send(
        self, topic: str, key: bytes | None, value: bytes | None, partition: int
    ) -> Awaitable[Any]:
        is_traced = self._traceparent and topic != self._changelog.topic
        headers = [("traceparent", self._traceparent)] if is_traced else None
        return await self._app.producer.send(topic, key, value, partition, None, headers)

    def _consumer(self) -> SeekGuardedConsumer:
        return cast("SeekGuardedConsumer", self._app.consumer)

    def _observe(self, seconds: float, flushes: Iterable[Flush]) -> None:
        metrics.PROCESSOR_FLUSH_SECONDS.labels(self._name).observe(seconds)
        fresh, now = metrics.PROCESSOR_FRESHNESS_SECONDS.labels(self._name), time.time()
        for flush in flushes:
            if flush.newest_ms:
                fresh.observe(max(now - flush.newest_ms / 1000, 0))
        states = self._states.values()
        metrics.PROCESSOR_STATE_ENTRIES.labels(self._name).set(sum(s.fold.size() for s in states))
        metrics.PROCESSOR_STATE_ROWS.labels(self._name).set(sum(s.rows for s in states))


def _now_ms() -> int:
    return int(time.time() * 1000)
