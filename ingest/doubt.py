"""Whether a wrong signature may be our own fault: a token that was rotated, a URL that changed.

A 403 makes Twilio drop an event for good. When a source whose signatures used to be right now
fails again and again, the likelier cause is on this side, so for a while it is told to come back.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

_MOST_SOURCES: Final = 4096
_log = structlog.stdlib.get_logger("ingest")


class _Source(msgspec.Struct):
    failures: int = 0
    since: float = 0.0


class Doubt:
    """Remembers the addresses that once signed right; ``now`` is a monotonic clock in seconds.

    ``after`` failures in a row from one of them are in doubt for ``seconds``, then are refused
    like anybody's. Telling a stranger behind the same address to come back costs nothing.
    """

    def __init__(self, after: int, seconds: float, now: Callable[[], float]) -> None:
        self._after = after
        self._seconds = seconds
        self._now = now
        self._sources: OrderedDict[str, _Source] = OrderedDict()

    def right(self, source: str) -> None:
        """A signature of this source was right."""
        known = self._sources.get(source)
        if known is None:
            self._sources[source] = _Source()
            if len(self._sources) > _MOST_SOURCES:
                self._sources.popitem(last=False)
        elif known.failures:
            known.failures = 0

    def wrong(self, source: str) -> bool:
        """A signature of this source was wrong; True while that is in doubt."""
        known = self._sources.get(source)
        if known is None or not self._seconds:
            return False
        known.failures += 1
        if known.failures == self._after:
            known.since = self._now()
            _log.error(
                "signatures of a source that used to be right are wrong; check the auth tokens and "
                "the public URL, Twilio keeps the events for 4 hours",
                failures=known.failures,
            )
        return self._is_doubtful(known)

    def count(self) -> int:
        """How many sources are in doubt now."""
        return sum(map(self._is_doubtful, self._sources.values()))

    def _is_doubtful(self, source: _Source) -> bool:
        return source.failures >= self._after and self._now() < source.since + self._seconds
