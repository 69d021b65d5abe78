"""The fold of one product's partition: events in, cells and outcomes out."""

from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from pipeline.topics import OUTCOMES
from pipeline.twilio.envelope import NotAnEventError
from processors.lifecycle.cell import Cell, CellKey
from processors.lifecycle.clock import Clock
from processors.lifecycle.deliveries import Deliveries
from processors.lifecycle.delivery import Delivery
from processors.lifecycle.observer import Observer
from processors.lifecycle.outcomes import Source, announce
from processors.lifecycle.placement import Placement
from processors.lifecycle.reading import ReadRecord
from processors.lifecycle.rules import Rules
from processors.lifecycle.verify.funnel import funnel_items
from processors.lifecycle.verify.verification import Verification
from processors.lifecycle.verify.verifications import Verifications
from processors.lifecycle.windows import window_items
from processors.runtime.fold import Entry, Item, Key, SourceRecord


class _Body(msgspec.Struct, array_like=True):
    """A state row's content: how far time and topic were read, and what changed."""

    watermark: int
    now: int
    offset: int
    deliveries: list[Delivery]
    cells: list[Cell]
    verifications: list[Verification]
    funnel: list[Cell]


_encode_item: Final = msgspec.json.Encoder().encode
_encode_body: Final = msgspec.msgpack.Encoder().encode
_decode_body: Final = msgspec.msgpack.Decoder(_Body).decode


class LifecycleFold:
    """Deliveries, and verifications where the product has them, of one source partition."""

    def __init__(
        self, source: Source, read: ReadRecord, placement: Placement, rules: Rules, watch: Observer
    ) -> None:
        self._source = source
        self._read = read
        self._watch = watch
        self._changed: set[str] = set()
        self._clock = Clock(rules.horizon_ms)
        self._deliveries = Deliveries(placement, rules, self._clock, watch, self._changed)
        self._verifications = Verifications(rules, self._clock, watch, self._changed)

    def apply(self, record: SourceRecord) -> None:
        """Fold in a record's receipts and reports; count what is neither."""
        self._clock.receive(record.received_at)
        self._source = self._source.at(record.offset)
        try:
            reading = self._read(record.value, record.received_at)
        except NotAnEventError:
            self._watch.ignored("not_an_array")
            return
        self._deliveries.apply(reading.receipts)
        for report in reading.reports:
            self._verifications.apply(report)
        self._watch.folded(reading.events)
        reading.tell(self._watch)
        self._settle()

    def advance(self, now_ms: int) -> None:
        """Let deadlines and lifetimes pass; what is too late stays the ingress's clock's say."""
        self._clock.advance(now_ms)
        self._settle()

    def _settle(self) -> None:
        self._deliveries.settle()
        self._verifications.settle()

    def changed(self) -> Collection[Key]:
        """What changed since the last ``encode``, but for the cells: they are far fewer."""
        return self._changed

    def size(self) -> int:
        """Deliveries, verifications and cells."""
        stores = (self._deliveries, self._verifications)
        return sum(len(store) + len(store.cells) for store in stores)

    def entry(self, key: Key) -> Entry | None:
        """Find a delivery or verification by its SID, or a cell by its key."""
        if isinstance(key, str):
            return self._deliveries.get(key) or self._verifications.get(key)
        if not isinstance(key, CellKey):
            return None
        return (self._verifications if key.funnel else self._deliveries).cells.get(key)

    def items(self, offset: int) -> Iterable[Item]:
        """Give the changed cells as full-value upserts; ``offset`` is their version."""
        source = self._source.at(offset)
        yield from window_items(self._deliveries.cells.changed(), source)
        yield from funnel_items(self._verifications.cells.changed(), source)

    def announcements(self) -> Iterable[Item]:
        """Give the outcomes to tell: each kind once for each delivery."""
        for outcome in announce(self._deliveries, self._verifications, self._source):
            self._watch.told(outcome.product, outcome.kind)
            key = outcome.verification_sid or outcome.subject_sid
            yield Item(OUTCOMES, key, _encode_item(outcome))

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        """Write what changed, and the ``extra`` entries."""
        sids = set(self._changed)
        self._changed.clear()
        windows = self._deliveries.cells.take_changed()
        funnel = self._verifications.cells.take_changed()
        for key in extra:
            if isinstance(key, str):
                sids.add(key)
            elif isinstance(key, CellKey):
                (funnel if key.funnel else windows).add(key)
        body = _Body(
            self._clock.watermark,
            self._clock.now,
            self._source.offset,
            self._deliveries.named(sids),
            list(self._deliveries.cells.named(windows)),
            list(self._verifications.named(sids)),
            list(self._verifications.cells.named(funnel)),
        )
        return _encode_body(body), [*sids, *windows, *funnel]

    def restore(self, body: bytes) -> list[Key]:
        """Take over a row's entries; rows come oldest first."""
        row = _decode_body(body)
        self._clock.restore(row.watermark, row.now)
        self._source = self._source.at(row.offset)
        self._deliveries.put(row.deliveries)
        self._deliveries.cells.put(row.cells)
        self._verifications.put(row.verifications)
        self._verifications.cells.put(row.funnel)
        states: tuple[Delivery | Verification, ...] = (*row.deliveries, *row.verifications)
        cells = (*row.cells, *row.funnel)
        return [*dict.fromkeys(each.sid for each in states), *(cell.key for cell in cells)]

    def expire(self) -> None:
        """Drop what lies behind the horizon."""
        self._deliveries.expire()
        self._verifications.expire()
