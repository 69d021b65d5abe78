"""Whether the ingress can take events now; said to Twilio and to the load balancer alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import msgspec

from ingest.answers import KAFKA_AWAY, OVERLOADED, SPOOL_FULL, RefusedError


class Bounds(msgspec.Struct, frozen=True):
    """How much may be under way: requests, and bytes being read or waiting for Kafka."""

    requests: int
    nbytes: int


class Outlet(Protocol):
    """Where records go, as far as the gate must know it."""

    @property
    def problem(self) -> str | None:
        """Why no record can be taken now; None when one can."""

    @property
    def is_full(self) -> bool:
        """Whether the reason is a spool that holds as much as it may."""


class Gate:
    """Turns requests away early, before their bodies cost memory.

    While Kafka is known to be away a queued event would only become a duplicate later, as
    Twilio sends it again anyway.
    """

    def __init__(
        self,
        outlet: Outlet,
        unacked_bytes: Callable[[], int],
        bounds: Bounds,
    ) -> None:
        self._outlet = outlet
        self._unacked_bytes = unacked_bytes
        self._bounds = bounds
        self._reading_bytes = 0
        #: Requests let in and not answered yet.
        self.open_requests = 0
        #: Set when the process was asked to end; requests under way are still served.
        self.stopping = False

    def check(self) -> None:
        """Let a request in, or raise RefusedError."""
        if self._outlet.problem:
            raise RefusedError(SPOOL_FULL if self._outlet.is_full else KAFKA_AWAY)
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
        return "stopping" if self.stopping else self._outlet.problem
