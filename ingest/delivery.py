"""What one request waits for: the acknowledgement of every record that holds its events."""

import asyncio
from typing import TYPE_CHECKING

from ingest.deadlines import Deadlines
from pipeline.errors import UnavailableError

if TYPE_CHECKING:
    from opentelemetry.trace import Span


class LateError(UnavailableError):
    """Kafka has not acknowledged in time; the events may still arrive."""


class Delivery:
    """Counts the records a request is in; a plain counter, as a request may be in dozens."""

    __slots__ = ("_failure", "_outstanding", "_settled", "span", "trace")

    def __init__(self, trace: bytes = b"", span: "Span | None" = None) -> None:
        #: The request's ``traceparent``, if it has one.
        self.trace = trace
        #: Its span, where tracing is on and this one is sampled.
        self.span = span
        self._outstanding = 0
        self._failure: Exception | None = None
        self._settled: asyncio.Future[None] | None = None

    def expect(self) -> None:
        """One more record holds events of this request."""
        self._outstanding += 1

    def settle(self, failure: Exception | None = None) -> None:
        """One of the records was acknowledged, or failed."""
        self._outstanding -= 1
        self._failure = self._failure or failure
        if self._settled and (failure or not self._outstanding):
            self._finish(self._failure)

    async def wait(self, deadlines: Deadlines) -> None:
        """Return when all are acknowledged; raise the first failure, or LateError."""
        if self._failure:
            raise self._failure
        if self._outstanding:
            self._settled = asyncio.get_running_loop().create_future()
            deadlines.watch(self._settled, self._late)
            await self._settled

    def _late(self) -> None:
        self._finish(LateError("Kafka has not acknowledged in time"))

    def _finish(self, failure: Exception | None) -> None:
        if self._settled is None or self._settled.done():
            return
        if failure:
            self._settled.set_exception(failure)
        else:
            self._settled.set_result(None)
