"""Whether the ingress can take events now; said to Twilio and to the load balancer alike."""

from collections.abc import Callable

from ingest.answers import KAFKA_AWAY, OVERLOADED, RefusedError


class Gate:
    """Turns requests away early, before their bodies cost memory.

    While Kafka is known to be away a queued event would only become a duplicate later, as
    Twilio sends it again anyway.
    """

    def __init__(
        self,
        kafka_problem: Callable[[], str | None],
        unacked_bytes: Callable[[], int],
        max_unacked_bytes: int,
    ) -> None:
        self._kafka_problem = kafka_problem
        self._unacked_bytes = unacked_bytes
        self._max_unacked_bytes = max_unacked_bytes
        #: Set when the process was asked to end; requests under way are still served.
        self.stopping = False

    def check(self) -> None:
        """Let a request in, or raise RefusedError."""
        if self._kafka_problem():
            raise RefusedError(KAFKA_AWAY)
        if self._unacked_bytes() > self._max_unacked_bytes:
            raise RefusedError(OVERLOADED)

    def problem(self) -> str | None:
        """Why the ingress is not ready, or None when it is."""
        return "stopping" if self.stopping else self._kafka_problem()
