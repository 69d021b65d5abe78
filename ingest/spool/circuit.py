"""Whether records go to Kafka or to the spool."""

from typing import Final

import structlog

_log: Final = structlog.stdlib.get_logger("ingest")


class Circuit:
    """Opened by a record Kafka did not acknowledge in time, closed by one it did."""

    def __init__(self) -> None:
        self.open = False

    def trip(self, reason: str) -> None:
        """Send what comes to the spool."""
        if not self.open:
            _log.warning("spooling", reason=reason)
        self.open = True

    def close(self) -> None:
        """Send what comes to Kafka."""
        if self.open:
            _log.info("kafka takes records again")
        self.open = False
