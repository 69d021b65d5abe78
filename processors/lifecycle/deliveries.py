"""The deliveries of one partition, and the window cells they count in."""

from collections.abc import Iterable, Iterator

import msgspec

from processors.lifecycle.cell import WINDOW_MS, Contribution
from processors.lifecycle.cell_book import CellBook
from processors.lifecycle.clock import Clock
from processors.lifecycle.delivery import Delivery
from processors.lifecycle.dimensions import Dimensions, shared
from processors.lifecycle.observer import Observer
from processors.lifecycle.placement import COUNTERS, Placement
from processors.lifecycle.receipt import Receipt
from processors.lifecycle.rules import Rules
from processors.lifecycle.status import CONTRADICTORY, SENT, UNDELIVERED
from processors.lifecycle.timeline import Timeline
from processors.lifecycle.waits import Waits

#: So long after its deadline silence may be noted.
_BUCKET_MS = 50


class _Touched(msgspec.Struct):
    """What a record has changed: where each delivery counted before, by SID; those now sent."""

    before: dict[str, Contribution | None] = {}
    sent: list[Delivery] = []


class Deliveries:
    """``changed`` collects the SIDs of what changed.

    ``notable`` are those with something to announce, maybe: with the end they have come to and
    when that was heard of, both in epoch ms.
    """

    def __init__(
        self,
        placement: Placement,
        rules: Rules,
        clock: Clock,
        watch: Observer,
        changed: set[str],
    ) -> None:
        self._placement = placement
        self._rules = rules
        self._clock = clock
        self._watch = watch
        self._all: dict[str, Delivery] = {}
        self._ages = Timeline(WINDOW_MS)
        self._deadlines = Timeline(_BUCKET_MS)
        self._waits = Waits(rules.silence_quantile, rules.silence_samples)
        self.cells = CellBook(COUNTERS, rules.cells, watch.capped, self._waits)
        self.changed = changed
        self.notable: dict[str, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def get(self, sid: str) -> Delivery | None:
        """Find one by its SID."""
        return self._all.get(sid)

    def apply(self, receipts: Iterable[Receipt]) -> None:
        """Join a record's events in, then move what they change between the cells.

        All of a record at once: it often has several events of one message. Not of a flush: when
        flushes come follows from the clock, but which cells there are must follow from the records.
        """
        touched = _Touched()
        try:
            self._join(receipts, touched)
        finally:  # also when an event fails: those before it are part of the state
            self._move(touched)

    def _join(self, receipts: Iterable[Receipt], touched: _Touched) -> None:
        clock, deliveries, known, sent = self._clock, self._all, touched.before, touched.sent
        cutoff, soon, received_at = clock.cutoff, clock.soon, clock.received_at
        for receipt in receipts:
            sid, status = receipt.sid, receipt.status
            if not cutoff <= receipt.time <= soon and self._is_useless(receipt):
                continue
            delivery = deliveries.get(sid)
            if delivery is None:
                delivery = self._start(receipt, touched)
            elif sid not in known:
                delivery = self._touch(delivery, receipt, touched)
            seen = delivery.seen
            if seen >> status & 1 and delivery.knows(receipt):
                self._watch.noted("duplicate")
            delivery.merge(receipt, received_at)
            if seen and CONTRADICTORY[delivery.seen] and not CONTRADICTORY[seen]:
                self._watch.noted("contradiction")
            if status == SENT:
                sent.append(delivery)

    def _is_useless(self, receipt: Receipt) -> bool:
        """Tell of an event from the future or the past, and whether it is too far off."""
        if receipt.time < self._clock.cutoff:
            self._watch.ignored("late")
            return True
        if receipt.time > self._clock.farthest:
            self._watch.ignored("future")
            return True
        self._watch.noted("future")
        return False

    def _start(self, receipt: Receipt, touched: _Touched) -> Delivery:
        sid = receipt.sid
        delivery = self._all[sid] = Delivery(sid, receipt.dims)
        self._ages.add(sid, receipt.time)
        touched.before[sid] = None
        return delivery

    def _touch(self, delivery: Delivery, receipt: Receipt, touched: _Touched) -> Delivery:
        """Note where it counted before the record; one that has expired begins anew."""
        cutoff = self._clock.cutoff
        if delivery.sent_at < cutoff and self._placement.anchor(delivery) < cutoff:
            return self._start(receipt, touched)
        touched.before[receipt.sid] = self._placement.contribution(delivery, cutoff)
        return delivery

    def _move(self, touched: _Touched) -> None:
        """Count each where it counts now, and note it as changed."""
        self.changed.update(touched.before)
        contribution, cutoff = self._placement.contribution, self._clock.cutoff
        deliveries, move = self._all, self.cells.move
        for sid, before in touched.before.items():
            delivery = deliveries[sid]
            if delivery.told or delivery.rank >= UNDELIVERED:
                self._note(delivery, self._clock.received_at)
            if delivery.to:
                delivery.pack()
            move(before, contribution(delivery, cutoff))
        for delivery in touched.sent:
            if not delivery.rank:
                self._await(delivery)

    def _await(self, delivery: Delivery) -> None:
        """Set the deadline of one that was sent and has no outcome.

        It stays what was known when it was first set, so a restart does not change it.
        """
        if delivery.outcome:
            return
        if not delivery.wait_ms:
            delivery.wait_ms = self._wait_ms(delivery.dims)
        if due := self.deadline(delivery):
            self._deadlines.add(delivery.sid, due)

    def _wait_ms(self, dims: Dimensions) -> int:
        longest = self._rules.deadline_ms(dims.channel)
        learned = self._waits.quantile_ms(dims)
        return min(max(learned, self._rules.silence_floor_ms), longest) if learned else longest

    def deadline(self, delivery: Delivery) -> int:
        """When no receipt becomes silence, in epoch ms; 0 is never.

        It counts from the first word of it, so that what was held up on its way here, be it for
        hours, is not called silent before its receipt had a chance to come.
        """
        wait = delivery.wait_ms
        return delivery.sent_at + delivery.lag_s * 1000 + wait if wait else 0

    def settle(self) -> None:
        """Note what has passed its deadline."""
        if not self._deadlines.is_due(self._clock.now):
            return
        for sid in self._deadlines.pop_due(self._clock.now):
            delivery = self._all.get(sid)
            if delivery and not delivery.told and self.is_silent(delivery):
                self._note(delivery, self._clock.now)
                self.changed.add(sid)

    def is_silent(self, delivery: Delivery) -> bool:
        """Whether its deadline has passed without an outcome."""
        if delivery.outcome or not delivery.sent_at:
            return False
        return 0 < self.deadline(delivery) < self._clock.now

    def _note(self, delivery: Delivery, heard_at: int) -> None:
        """Of several events that tell the same end, the first is the one that told it."""
        known = self.notable.get(delivery.sid)
        if known is None or known[0] != delivery.finished_at:
            self.notable[delivery.sid] = (delivery.finished_at, heard_at)

    def take_notable(self) -> Iterator[tuple[Delivery, int]]:
        """Give those with something to announce, maybe, with when it was heard, ordered by SID."""
        notable, self.notable = self.notable, {}
        for sid in sorted(notable):
            if delivery := self._all.get(sid):
                yield delivery, notable[sid][1]

    def put(self, deliveries: Iterable[Delivery]) -> None:
        """Take over stored ones, over older ones."""
        for delivery in deliveries:
            known = self._all.get(delivery.sid)
            if known:
                delivery.sid = known.sid  # the same text, held once
            else:
                self._ages.add(delivery.sid, self._placement.anchor(delivery))
            delivery.dims = shared(delivery.dims)
            self._all[delivery.sid] = delivery
            self._await(delivery)

    def named(self, sids: Iterable[str]) -> list[Delivery]:
        """Give those of ``sids`` that are known."""
        known = self._all
        return [known[sid] for sid in sids if sid in known]

    def expire(self) -> None:
        """Drop those whose window lies behind the horizon, and the cells of these windows."""
        cutoff = self._clock.cutoff
        if not self._ages.is_due(cutoff):
            return
        for sid in self._ages.pop_due(cutoff):
            self._expire(sid, cutoff)
        self.cells.expire(cutoff)

    def _expire(self, sid: str, cutoff: int) -> None:
        delivery = self._all.get(sid)
        if delivery is None:
            return
        anchor = self._placement.anchor(delivery)
        if anchor >= cutoff:  # it was queued long before it was sent
            self._ages.add(sid, anchor)
            return
        del self._all[sid]
        if delivery.finished_at and not self._placement.window_time(delivery):
            self._watch.ignored("late")
