"""Whether the ingress can take events now; said to Twilio and to the load balancer alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from ingest.answers import KAFKA_AWAY, OVERLOADED, RefusedError


class Bounds(msgspec.Struct, frozen=True):
    """How much may be under way: requests, and bytes being read or waiting for Kafka."""

    requests: int
    nbytes: int


class Gate:
    """Turns requests away early, before their bodies cost memory.

    While Kafka is known to be away a queued event would only become a duplicate later, as
    Twilio sends it again anyway.
    """

    def __init__(
        self,
        kafka_problem: Callable[[], str | None],
        unacked_bytes: Callable[[], int],
        bounds: Bounds,
    ) -> None:
        self._kafka_problem = kafka_problem
        self._unacked_bytes = unacked_bytes
        self._bounds = bounds
        self._reading_bytes = 0
        #: Requests let in and not answered yet.
        self.open_requests = 0
        #: Set when the process was asked to end; requests under way are still served.
        self.stopping = False

    def check(self) -> None:
        """Let a request in, or raise RefusedError."""
        if self._kafka_problem():
            raise RefusedError(KAFKA_AWAY)
        if self.open_requests >= self._bounds.requests:
            raise RefusedError(OVERLOADED)
        if self._unacked_bytes() + self._reading_bytes > self._bounds.nbytes:
            raise RefusedError(OVERLOADED)

    def __enter__(self) -> None:
        """Count a request while the block lasts; RefusedError as for ``check``."""
        self.check()
        self.open_requests += 1

    def __exit__(self, *_: object) -> None:
        self.open_requests -= 1

    @contextmanager
    def reading(self, size: int) -> Iterator[None]:
        """Hold memory for a body of at most ``size`` bytes, or raise RefusedError.

        A body larger than the bound passes when it is alone: else it never could.
        """
        held = self._unacked_bytes() + self._reading_bytes
        if held and held + size > self._bounds.nbytes:
            raise RefusedError(OVERLOADED)
        self._reading_bytes += size
        try:
            yield
        finally:
            self._reading_bytes -= size

    def problem(self) -> str | None:
        """Why the ingress is not ready, or None when it is."""
        return "stopping" if self.stopping else self._kafka_problem()
