"""What the ingresses told of what they produced, against what Kafka has: pure.

Exact where every process told at its stop and nothing it sent was left unacknowledged. What is
bounded: a process that was killed may have sent events since it last told (every five seconds),
and an unacknowledged event may or may not be in Kafka. Both only ever mean more events in Kafka
than were told of, never fewer.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from pipeline.items.ledger_entry import LedgerEntry

#: The ingress ids of records that no ingress sent: from dead letters, and from Twilio's lists.
ELSEWHERE: Final = frozenset({"replay", "backfill"})


class Census:
    """Counts Kafka's events by topic; ``entries`` are the processes' last words."""

    def __init__(self, entries: Iterable[LedgerEntry]) -> None:
        self._told = {entry.ingress_id: entry for entry in entries}
        self.there: Counter[str] = Counter()
        self.untold: Counter[str] = Counter()

    def count(self, topic: str, ingress_id: str, sent_at: int, events: int) -> None:
        """A record of an ingress; ``sent_at`` in epoch ms."""
        if ingress_id in ELSEWHERE:
            return
        self.there[topic] += events
        entry = self._told.get(ingress_id)
        if entry is None or (not entry.final and sent_at > entry.told_at):
            self.untold[topic] += events

    def of(self, topic: str) -> "Produced":
        """One topic's comparison."""
        entries = self._told.values()
        return Produced(
            told=_sum(entry.produced for entry in entries)[topic],
            sent=_sum(entry.sent or entry.produced for entry in entries)[topic],
            there=self.there[topic],
            untold=self.untold[topic],
            drained=any(e.in_spool or (e.drained and not e.final) for e in entries),
        )


class Produced(msgspec.Struct, frozen=True):
    """Events of one topic.

    ``told`` were acknowledged, ``sent`` given to the producer, ``there`` are in Kafka, of which
    ``untold`` were sent when nobody could tell any more. ``drained``: some may have been sent
    from a spool by another process than the one they name, which received them.
    """

    told: int
    sent: int
    there: int
    untold: int
    drained: bool = False

    @property
    def lost(self) -> int:
        """Events that were acknowledged and are not in Kafka."""
        return max(0, self.told - self.there)

    @property
    def foreign(self) -> int:
        """Events that no ingress can have sent."""
        return 0 if self.drained else max(0, self.there - self.untold - self.sent)


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total
