"""The verifications of one partition, and the funnel cells they count in."""

from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.sketch import bucket_of
from processors.lifecycle.cell import FULL, WINDOW_MS, Contribution
from processors.lifecycle.cell_book import CellBook
from processors.lifecycle.clock import Clock
from processors.lifecycle.dimensions import shared
from processors.lifecycle.observer import Observer
from processors.lifecycle.rules import Rules
from processors.lifecycle.timeline import Timeline
from processors.lifecycle.verify.report import Report
from processors.lifecycle.verify.verification import APPROVED, PENDING, Verification

#: Counters of a funnel cell after those of the five states.
DELIVERED: Final = 5
REPEATED: Final = 6
ATTEMPTS: Final = 7
COUNTERS: Final = 8
_SECOND_MS: Final = 1_000


class Verifications:
    """``changed`` collects the SIDs of what changed.

    Of those with an end to announce it is known when the news of it came, in epoch ms.
    """

    def __init__(self, rules: Rules, clock: Clock, watch: Observer, changed: set[str]) -> None:
        self._lifetime_ms = rules.lifetime_ms
        self._clock = clock
        self._watch = watch
        self._changed = changed
        self._all: dict[str, Verification] = {}
        self._notable: dict[str, int] = {}
        self._ages = Timeline(WINDOW_MS)
        self._ends = Timeline(_SECOND_MS)
        self.cells = CellBook(COUNTERS, rules.cells, watch.capped)

    def __len__(self) -> int:
        return len(self._all)

    def get(self, sid: str) -> Verification | None:
        """Find one by its SID."""
        return self._all.get(sid)

    def told_of(self, own: Verification, heard_at: int) -> None:
        """Remember that an outcome of one of its attempts was told; its end may be news now."""
        own.tell(PENDING)
        self._changed.add(own.sid)
        if own.is_news:
            self._notable.setdefault(own.sid, heard_at)

    def take_notable(self) -> Iterator[tuple[Verification, int]]:
        """Give those that ended and of which something was told, with when that was heard.

        Afterwards their ends count as told.
        """
        notable, self._notable = self._notable, {}
        for sid in sorted(notable):
            own = self._all.get(sid)
            if own and own.is_news:
                own.tell(own.state)
                self._changed.add(sid)
                yield own, notable[sid]

    def ended_at(self, own: Verification) -> int:
        """When what it has come to came about, in epoch ms."""
        if own.approved_at or own.ended_at:
            return own.approved_at or own.ended_at
        return own.started_at + self._lifetime_ms

    def apply(self, report: Report) -> None:
        """Join an event in and move what it changes between the cells."""
        clock = self._clock
        if max(report.time, report.started_at) > clock.farthest:
            return self._watch.ignored("future")
        if min(report.time, report.started_at or report.time) < clock.cutoff:
            return self._watch.ignored("late")
        own = self._all.get(report.sid)
        if own is None or own.anchor < clock.cutoff:
            own = self._all[report.sid] = Verification(report.sid, report.dims)
            self._ages.add(report.sid, report.time)
        before = self._contribution(own)
        state = own.state
        own.merge(report)
        if own.state != state and own.is_news:
            self._notable[own.sid] = clock.received_at
        self._await(own)
        self._changed.add(report.sid)
        return self.cells.move(before, self._contribution(own))

    def _await(self, own: Verification) -> None:
        if own.state == PENDING and own.started_at:
            self._ends.add(own.sid, own.started_at + self._lifetime_ms)

    def settle(self) -> None:
        """Let those expire whose lifetime has passed without an end."""
        if not self._ends.is_due(self._clock.now):
            return
        for sid in self._ends.pop_due(self._clock.now):
            own = self._all.get(sid)
            if own and own.state == PENDING and self._contribution(own):
                self._expire(own)

    def _expire(self, own: Verification) -> None:
        before = self._contribution(own)
        own.expired = True
        if own.is_news:
            self._notable[own.sid] = self._clock.now
        self._changed.add(own.sid)
        self.cells.move(before, self._contribution(own))

    def _contribution(self, own: Verification) -> Contribution | None:
        start = own.started_at - own.started_at % WINDOW_MS
        if not own.started_at or start < self._clock.cutoff:
            return None
        state, attempts = own.state, own.attempts
        counters = (state, *((DELIVERED,) if own.delivered else ()), *((ATTEMPTS,) * attempts))
        repeated = (REPEATED,) if attempts > 1 else ()
        key = (start, own.first, "", FULL, True)
        if state != APPROVED:
            return Contribution(key, counters + repeated, None)
        took = max(own.approved_at - own.started_at, 0)
        return Contribution(key, counters + repeated, bucket_of(took))

    def put(self, verifications: Iterable[Verification]) -> None:
        """Take over stored ones, over older ones."""
        for own in verifications:
            own.dims = shared(own.dims)
            if own.sid not in self._all:
                self._ages.add(own.sid, own.anchor)
            self._all[own.sid] = own
            self._await(own)

    def expire(self) -> None:
        """Drop those that began before the horizon, and the cells of their windows."""
        cutoff = self._clock.cutoff
        if not self._ages.is_due(cutoff):
            return
        for sid in self._ages.pop_due(cutoff):
            own = self._all.get(sid)
            if own and own.anchor < cutoff:
                del self._all[sid]
            elif own:
                self._ages.add(sid, own.anchor)
        self.cells.expire(cutoff)

    def named(self, sids: Iterable[str]) -> Iterator[Verification]:
        """Give those of ``sids`` that are known."""
        return (own for sid in sids if (own := self._all.get(sid)))
