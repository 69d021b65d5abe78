"""What waits in Kafka: how many records, and for how long."""

from collections import deque
from collections.abc import Iterable
from typing import Final

from pipeline.lag import Lag

#: As long as partitions' ends are remembered, looked at every few seconds.
_LOOKS: Final = 720

_Place = tuple[str, int]
_End = tuple[float, int]


class Backlog:
    """Remembers where each partition ended when.

    The oldest record that waits came after the last look at which the partition ended before it:
    its age is known to the time between two looks, without reading it. What waits since before
    the first look is at least that old.
    """

    def __init__(self) -> None:
        self._lags = list[Lag]()
        self._ends = dict[_Place, deque[_End]]()
        self._at = 0.0

    def note(self, at: float, lags: Iterable[Lag]) -> None:
        """Take what was found at a time in seconds."""
        self._at = at
        self._lags = list(lags)
        for lag in self._lags:
            ends = self._ends.setdefault((lag.topic, lag.partition), deque(maxlen=_LOOKS))
            if not ends or ends[-1][1] != lag.end:
                ends.append((at, lag.end))

    def rows(self) -> list[dict[str, object]]:
        """By consumer group and topic: records, and seconds the oldest of them waits."""
        rows = dict[tuple[str, str], tuple[int, float]]()
        for lag in self._lags:
            key = (lag.group, lag.topic)
            records, seconds = rows.get(key, (0, 0.0))
            rows[key] = (records + lag.records, max(seconds, self._age(lag)))
        return [
            {"group": group, "topic": topic, "records": records, "seconds": round(seconds, 1)}
            for (group, topic), (records, seconds) in rows.items()
        ]

    def most(self) -> int | None:
        """Records that wait for the group that is furthest behind; None when nobody looked."""
        groups = dict[str, int]()
        for lag in self._lags:
            groups[lag.group] = groups.get(lag.group, 0) + lag.records
        return max(groups.values(), default=None)

    def oldest_s(self, group: str) -> float | None:
        """Seconds the oldest record waits for this group; None when nobody looked."""
        return max((self._age(lag) for lag in self._lags if lag.group == group), default=None)

    def _age(self, lag: Lag) -> float:
        if not lag.records:
            return 0.0
        read_to = lag.end - lag.records
        ends = self._ends[lag.topic, lag.partition]
        waits_since = next((at for at, end in ends if end > read_to), self._at)
        return max(self._at - waits_since, 0.0)
