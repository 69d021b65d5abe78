"""Where a record goes: to Kafka, and when Kafka does not take it in time, to the spool."""

import asyncio
from collections.abc import Awaitable
from functools import partial

from ingest.coalescer import NeverError, Record
from ingest.deadlines import Deadlines
from ingest.spool.circuit import Circuit
from ingest.spool.drainer import Drainer, Link
from ingest.spool.spool import Spool, SpoolError
from pipeline.errors import UnavailableError


class Relay:
    """An outlet whose acknowledgement means: all of Kafka's replicas have it, or our disk.

    ``patience_s`` is counted per record; the first that exceeds it sends all others to the
    spool at once, so a request waits little longer than it however many come.
    """

    def __init__(
        self, link: Link, spool: Spool, drainer: Drainer, circuit: Circuit, patience_s: float
    ) -> None:
        self._link = link
        self._spool = spool
        self._drainer = drainer
        self._circuit = circuit
        self._patience_s = patience_s
        self._deadlines = Deadlines(patience_s)
        #: Whether it is known which partitions records belong to; Kafka tells, or the last run.
        self.laid_out = False

    @property
    def problem(self) -> str | None:
        """Why no record can be taken, neither by Kafka nor by the spool; None when one can."""
        away = self._link.problem
        if away is None:
            return None
        if not self.laid_out:
            return away
        problem = self._spool.problem
        return f"{away}; {problem}" if problem else None

    @property
    def is_full(self) -> bool:
        """Whether it is the spool's size that keeps records from being taken."""
        return self._spool.is_full

    @property
    def state(self) -> str:
        """What /readyz says while records can be taken."""
        return "spooling" if self._circuit.open or self._link.problem else "ready"

    async def send(self, record: Record) -> Awaitable[object]:
        """Take a record in; UnavailableError (now or from the result) when nobody can."""
        if self._circuit.open or self._link.problem:
            return self._to_spool(record, self._link.problem or "Kafka is late")
        try:
            async with asyncio.timeout(self._patience_s):
                acked = await self._link.send(record)
        except NeverError:
            raise
        except (TimeoutError, UnavailableError) as error:
            return self._to_spool(record, str(error) or "Kafka's buffer is full")
        return self._to_kafka(record, acked)

    async def _to_kafka(self, record: Record, acked: asyncio.Future[None]) -> None:
        await self._while_patient(acked)
        if not acked.done():
            sequence = await self._to_spool(record, "Kafka is late")
            self._drainer.expect(sequence, acked)
            return
        try:
            acked.result()
        except NeverError:
            raise
        except UnavailableError as error:
            await self._to_spool(record, str(error))

    async def _while_patient(self, acked: asyncio.Future[None]) -> None:
        """Wait for the acknowledgement, whatever it says, or until patience is at its end."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        end = partial(_end, over)
        acked.add_done_callback(end)
        self._deadlines.watch(over, end)
        await over

    async def _to_spool(self, record: Record, reason: str) -> int:
        self._circuit.trip(reason)
        try:
            return await self._spool.add(record)
        except SpoolError:
            if not self._spool.records:
                self._circuit.close()
            raise


def _end(over: asyncio.Future[None], *_: object) -> None:
    if not over.done():
        over.set_result(None)
