"""Takes the spool back to Kafka: in order, at a bounded rate, each record until its ack."""

import asyncio
from collections import deque
from itertools import islice
from typing import Final, Protocol

import msgspec
import structlog

from ingest.coalescer import NeverError, Record
from ingest.spool.circuit import Circuit
from ingest.spool.frame import Damage, Frame
from ingest.spool.pace import Pace
from ingest.spool.parcel import unwrap
from ingest.spool.segment import Segment
from ingest.spool.spool import Spool
from ingest.spool.toll import report_damage
from pipeline.errors import UnavailableError
from pipeline.metrics import INGEST_SPOOL_SET_ASIDE

_GROUP: Final = 64
_RETRY_SECONDS: Final = 0.2
_AFTER_FAILURE_SECONDS: Final = 2.0
_NOTE_SECONDS: Final = 0.25
_ACK_SECONDS: Final = 30.0
_log: Final = structlog.stdlib.get_logger("ingest")


class Link(Protocol):
    """The connection to Kafka."""

    problem: str | None

    async def send(self, record: Record) -> asyncio.Future[None]:
        """Queue a record; the future ends with its ack or an UnavailableError."""


class Drainer:
    """One task that works through the files, oldest first.

    While the circuit is open it sends one record at a time: the first ack closes it.
    """

    def __init__(self, spool: Spool, link: Link, circuit: Circuit, pace: Pace) -> None:
        self._spool = spool
        self._link = link
        self._circuit = circuit
        self._pace = pace
        self._under_way: dict[int, asyncio.Future[None]] = {}
        self._acked: set[int] = set()
        self._noted_at = 0.0

    def expect(self, sequence: int, acked: asyncio.Future[None]) -> None:
        """A spooled record is with Kafka already: wait for that rather than send it twice."""
        self._under_way[sequence] = acked

    async def run(self) -> None:
        """Drain whatever comes; ends only by cancellation."""
        while True:
            segment = await self._spool.oldest()
            try:
                await self._drain(segment)
            except Exception as error:  # noqa: BLE001  an end of draining would never be noticed
                why = error.strerror if isinstance(error, OSError) else type(error).__name__
                _log.error("the spool does not drain", file=segment.path.name, error=why)
                await asyncio.sleep(_AFTER_FAILURE_SECONDS)
            if not self._spool.records:
                self._circuit.close()

    async def _drain(self, segment: Segment) -> None:
        try:
            items = await self._spool.read(segment)
        except OSError:
            lost = await self._spool.put_aside(segment)
            damage = Damage(0, segment.size, segment.first, lost, tail=False)
            report_damage(segment.path.name, damage)
            raise
        await self._deliver(deque(item for item in items if isinstance(item, Frame)))
        for item in items:
            if isinstance(item, Damage):
                report_damage(segment.path.name, item)
        await self._spool.drop(segment)

    async def _deliver(self, frames: deque[Frame]) -> None:
        while frames:
            if self._link.problem:
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            group = list(islice(frames, 1 if self._circuit.open else _GROUP))
            await asyncio.sleep(self._pace.spend(sum(len(frame.payload) for frame in group)))
            await self._send(group)
            if frames[0].sequence not in self._acked:
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            while frames and frames[0].sequence in self._acked:
                self._acked.remove(frames[0].sequence)
                self._spool.advance(frames.popleft().sequence)
            await self._note_now_and_then()

    async def _send(self, group: list[Frame]) -> None:
        """Send what is not under way yet, and wait; afterwards ``_acked`` tells what arrived."""
        missing = [frame for frame in group if frame.sequence not in self._acked]
        for frame in missing:
            if frame.sequence not in self._under_way:
                await self._send_one(frame)
        waiting = [self._under_way[x.sequence] for x in missing if x.sequence in self._under_way]
        if waiting:
            await asyncio.wait(waiting, timeout=_ACK_SECONDS)
        for frame in missing:
            await self._settle(frame)

    async def _send_one(self, frame: Frame) -> None:
        try:
            self._under_way[frame.sequence] = await self._link.send(unwrap(frame.payload))
        except (NeverError, msgspec.DecodeError) as error:
            await self._set_aside(frame, error)
        except UnavailableError:
            return

    async def _settle(self, frame: Frame) -> None:
        acked = self._under_way.get(frame.sequence)
        if acked is None or (not acked.done() and self._link.problem):
            return
        del self._under_way[frame.sequence]
        error = acked.exception() if acked.done() and not acked.cancelled() else None
        if isinstance(error, NeverError):
            await self._set_aside(frame, error)
        elif acked.done() and not acked.cancelled() and not error:
            self._acked.add(frame.sequence)
            self._circuit.close()

    async def _set_aside(self, frame: Frame, error: Exception) -> None:
        """Keep the record as a file, or nothing behind it would ever be delivered."""
        name = f"{frame.sequence:020d}.refused"
        await self._spool.keep(name, frame.payload)
        INGEST_SPOOL_SET_ASIDE.inc()
        _log.error("a spooled record was set aside", file=name, error=type(error).__name__)
        self._acked.add(frame.sequence)

    async def _note_now_and_then(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._noted_at >= _NOTE_SECONDS:
            self._noted_at = now
            await self._spool.note()
