"""The spool as the ingress uses it: one fsync for all that waits, and a bound on its size."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, TypeVar

import structlog

from ingest.coalescer import Record
from ingest.spool.frame import HEADER_BYTES, Damage, Frame
from ingest.spool.log import SpoolLog
from ingest.spool.notes import Layout
from ingest.spool.parcel import wrap
from ingest.spool.segment import Segment
from ingest.spool.toll import report_damage
from pipeline.errors import UnavailableError
from pipeline.metrics import (
    INGEST_SPOOL_APPENDED,
    INGEST_SPOOL_DRAINED,
    INGEST_SPOOL_REFUSED,
    INGEST_SPOOL_SYNC_SECONDS,
)

#: After the disk failed, requests are turned away early for so long.
_AFTER_FAILURE_SECONDS: Final = 2.0
_FULL: Final = "the spool is full"
_log: Final = structlog.stdlib.get_logger("ingest")
_T = TypeVar("_T")


class SpoolError(UnavailableError):
    """The spool can't take a record."""


class SpoolFullError(SpoolError):
    """The spool holds as much as it may."""


class _Waiting(NamedTuple):
    payload: bytes
    safe: asyncio.Future[int]


class Spool:
    """Belongs to one event loop; the disk is only touched from one thread of its own."""

    def __init__(
        self, log: SpoolLog, max_bytes: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._max_bytes = max_bytes
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._committing: asyncio.Task[None] | None = None
        self._filled = asyncio.Event()
        self._full = False
        self._failure = ""
        self._failed_until = clock()
        if log.records:
            self._filled.set()
        for name, damage in log.damages:
            report_damage(name, damage)

    @property
    def records(self) -> int:
        """How many are still to be drained."""
        return self._log.records

    @property
    def problem(self) -> str | None:
        """Why it can't take records just now, or None."""
        if self._full:
            return _FULL
        return self._failure if self._clock() < self._failed_until else None

    @property
    def is_full(self) -> bool:
        """Whether it has lately turned a record away for want of room."""
        return self._full

    async def add(self, record: Record) -> int:
        """Return its sequence when it is safe on disk; SpoolError when it is not."""
        payload = wrap(record)
        self._make_sure_it_fits(len(payload) + HEADER_BYTES)
        safe: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(payload, safe))
        if self._committing is None:
            self._committing = asyncio.get_running_loop().create_task(self._commit())
        return await safe

    async def oldest(self) -> Segment:
        """The file to drain next, as soon as there is one."""
        while (segment := await self._on_disk(self._log.oldest)) is None:
            self._filled.clear()
            await self._filled.wait()
        return segment

    async def read(self, segment: Segment) -> list[Frame | Damage]:
        """What is still to be drained of it; OSError when the disk does not give it back."""
        return await self._on_disk(self._log.read, segment)

    def advance(self, sequence: int) -> None:
        """Kafka has acknowledged this record, and all before it."""
        self._log.advance(sequence)
        INGEST_SPOOL_DRAINED.inc()

    async def note(self) -> None:
        """Write down how far it is drained; a full disk only means more repetition later."""
        try:
            await self._on_disk(self._log.note)
        except OSError as error:
            _log.warning("the spool's cursor could not be written", error=error.strerror)

    async def drop(self, segment: Segment) -> None:
        """A file is drained: free its space."""
        await self.note()
        await self._on_disk(self._log.drop, segment)
        self._full = False

    async def put_aside(self, segment: Segment) -> int:
        """A file can't be read: keep it for a person, and give how many records it held."""
        return await self._on_disk(self._log.put_aside, segment)

    async def keep(self, name: str, value: bytes) -> None:
        """A record can't be delivered: keep it for a person."""
        await self._on_disk(self._log.keep, name, value)

    def note_layout(self, layout: Layout) -> None:
        """Write down Kafka's layout without being waited for; without it a restart needs Kafka."""
        self._thread.submit(self._write_layout, layout)

    async def close(self) -> None:
        """Finish what is being written, and note how far it is drained."""
        if self._committing:
            await asyncio.wait([self._committing])
        await self._on_disk(self._log.close)
        self._thread.shutdown()

    def _write_layout(self, layout: Layout) -> None:
        try:
            self._log.notes.note_layout(layout)
        except OSError as error:
            _log.warning("Kafka's layout could not be written", error=error.strerror)

    def _make_sure_it_fits(self, size: int) -> None:
        if self._log.size + self._waiting_bytes + size <= self._max_bytes:
            self._waiting_bytes += size
            return
        if not self._full:
            _log.error("the spool is full", records=self.records, max_bytes=self._max_bytes)
        self._full = True
        INGEST_SPOOL_REFUSED.labels("full").inc()
        raise SpoolFullError(_FULL)

    async def _commit(self) -> None:
        """Write until nobody waits; who comes during a write is in the next one."""
        while self._waiting:
            group, self._waiting = self._waiting, []
            size = sum(len(each.payload) + HEADER_BYTES for each in group)
            payloads = [each.payload for each in group]
            try:
                with INGEST_SPOOL_SYNC_SECONDS.time():
                    first = await self._on_disk(self._log.append, payloads)
            except OSError as error:
                self._fail(group, error)
            else:
                self._settle(group, first)
            finally:
                self._waiting_bytes -= size
        self._committing = None

    def _settle(self, group: list[_Waiting], first: int) -> None:
        INGEST_SPOOL_APPENDED.inc(len(group))
        self._failed_until = self._clock()
        self._filled.set()
        for index, each in enumerate(group):
            if not each.safe.done():
                each.safe.set_result(first + index)

    def _fail(self, group: list[_Waiting], error: OSError) -> None:
        self._failure = f"the spool's disk fails: {error.strerror}"
        self._failed_until = self._clock() + _AFTER_FAILURE_SECONDS
        INGEST_SPOOL_REFUSED.labels("disk").inc(len(group))
        _log.error("the spool's disk fails", error=error.strerror, records=len(group))
        for each in group:
            if not each.safe.done():
                each.safe.set_exception(SpoolError(self._failure))

    async def _on_disk(self, call: Callable[..., _T], *args: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)
