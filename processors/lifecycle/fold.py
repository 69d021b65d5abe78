"""The fold: message events in, window cells out, state aged by the ingress's clock."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Final

import msgspec

from pipeline.items.window_cell import WindowCell
from pipeline.topics import WINDOWS
from pipeline.twilio.envelope import NotAnEventError
from processors.lifecycle.cell import (
    PRODUCT,
    WINDOW_MS,
    Cell,
    CellKey,
    contribution_of,
    empty_cell,
)
from processors.lifecycle.message import Message, MessageEvent
from processors.lifecycle.reading import read_record
from processors.runtime.fold import Entry, Item, Key, SourceRecord

#: Told how many events were folded (``FOLDED``), or left alone, by reason.
Observe = Callable[[str, int], None]
FOLDED: Final = "folded"


class _Body(msgspec.Struct, array_like=True):
    """A state row's content: the watermark, and the changed messages and cells."""

    watermark: int
    messages: list[Message]
    cells: list[Cell]


_encode_item: Final = msgspec.json.Encoder().encode
_encode_body: Final = msgspec.msgpack.Encoder().encode
_decode_body: Final = msgspec.msgpack.Decoder(_Body).decode


class LifecycleFold:
    """Messages and cells of one source partition.

    The watermark is the highest ``received-at`` seen, our own ingress's clock: no event's own
    time can age the state. An event whose window lies more than ``horizon_ms`` behind it is late:
    it is counted and left alone, so a cell beyond the horizon never changes again.
    """

    def __init__(self, topic: str, partition: int, horizon_ms: int, observe: Observe) -> None:
        self._topic = topic
        self._partition = partition
        self._horizon_ms = horizon_ms
        self._observe = observe
        self._watermark = 0
        self._messages: dict[str, Message] = {}
        self._cells: dict[CellKey, Cell] = {}
        self._changed_messages: set[str] = set()
        self._changed_cells: set[CellKey] = set()
        self._by_minute: defaultdict[int, list[str]] = defaultdict(list)
        self._expired_before = 0

    def apply(self, record: SourceRecord) -> None:
        """Fold in a record's message events; count what is none."""
        self._watermark = max(self._watermark, record.received_at)
        try:
            reading = read_record(record.value, record.received_at)
        except NotAnEventError:
            self._observe("not_an_array", 1)
            return
        for event in reading.events:
            self._apply(event)
        self._observe(FOLDED, len(reading.events))
        if reading.others:
            self._observe("not_a_message_event", reading.others)
        if reading.malformed:
            self._observe("not_an_event", reading.malformed)

    def _apply(self, event: MessageEvent) -> None:
        known = self._messages.get(event.message_sid)
        if known is not None and known.anchor < self._cutoff:
            known = None  # expired, though not yet swept out: must not depend on when that is
        before = contribution_of(known) if known else None
        merged = msgspec.structs.replace(known) if known else Message(event.message_sid)
        merged.merge(event)
        if merged.anchor < self._cutoff:
            self._observe("late", 1)
            return
        after = contribution_of(merged)
        self._put(merged, is_new=known is None)
        if before != after:
            if before:
                self._count(before.key).add(before, -1)
            if after:
                self._count(after.key).add(after, +1)

    def _put(self, message: Message, *, is_new: bool) -> None:
        self._messages[message.message_sid] = message
        self._changed_messages.add(message.message_sid)
        if is_new:
            self._by_minute[message.anchor // WINDOW_MS].append(message.message_sid)

    def _count(self, key: CellKey) -> Cell:
        """Find the cell to change, making it where needed, and note the change."""
        self._changed_cells.add(key)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = empty_cell(key)
        return cell

    @property
    def _cutoff(self) -> int:
        """Windows must start at or after this to be changed; aligned, so that cells are whole."""
        return (self._watermark - self._horizon_ms) // WINDOW_MS * WINDOW_MS

    def advance(self, now_ms: int) -> None:
        """Nothing waits for the clock yet."""

    def changed(self) -> Collection[Key]:
        """Messages changed since the last ``encode`` (cells are far fewer)."""
        return self._changed_messages

    def size(self) -> int:
        """Messages and cells."""
        return len(self._messages) + len(self._cells)

    def entry(self, key: Key) -> Entry | None:
        """Find a message by its SID or a cell by its key."""
        if isinstance(key, str):
            return self._messages.get(key)
        return self._cells.get(key) if isinstance(key, CellKey) else None

    def items(self, offset: int) -> Iterable[Item]:
        """Give the changed cells as full-value upserts; ``offset`` is their version."""
        for key in self._changed_cells:
            if cell := self._cells.get(key):
                yield Item(WINDOWS, key.account_sid, _encode_item(self._upsert(cell, offset)))

    def _upsert(self, cell: Cell, offset: int) -> WindowCell:
        unknown, delivered, undelivered, failed, canceled = cell.counts
        buckets = sorted(cell.latencies)
        return WindowCell(
            window_start=cell.key.start // 1000,
            window_seconds=WINDOW_MS // 1000,
            account_sid=cell.key.account_sid,
            product=PRODUCT,
            channel=cell.key.channel,
            service_sid=cell.key.service_sid,
            country=cell.key.country,
            carrier="",
            sender_type="",
            error_class=cell.key.error_class,
            source_topic=self._topic,
            source_partition=self._partition,
            version=offset,
            sent=sum(cell.counts),
            delivered=delivered,
            undelivered=undelivered,
            failed=failed,
            canceled=canceled,
            unknown=unknown,
            read=0,
            latency_buckets=buckets,
            latency_counts=[cell.latencies[bucket] for bucket in buckets],
        )

    def announcements(self) -> Iterable[Item]:
        """Nothing is announced."""
        return ()

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        """Write the changed and the ``extra`` messages and cells."""
        keys: list[Key] = list({*self._changed_messages, *self._changed_cells, *extra})
        messages = [m for key in keys if isinstance(key, str) and (m := self._messages.get(key))]
        cells = [c for key in keys if isinstance(key, CellKey) and (c := self._cells.get(key))]
        self._changed_messages.clear()
        self._changed_cells.clear()
        return _encode_body(_Body(self._watermark, messages, cells)), keys

    def restore(self, body: bytes) -> list[Key]:
        """Take over a row's messages and cells; rows come oldest first."""
        row = _decode_body(body)
        self._watermark = max(self._watermark, row.watermark)
        for message in row.messages:
            self._messages[message.message_sid] = message
            self._by_minute[message.anchor // WINDOW_MS].append(message.message_sid)
        for cell in row.cells:
            self._cells[cell.key] = cell
        return [*(m.message_sid for m in row.messages), *(c.key for c in row.cells)]

    def expire(self) -> None:
        """Drop the messages and cells of windows behind the horizon, a minute at a time."""
        if self._cutoff <= self._expired_before:
            return
        self._expired_before = self._cutoff
        for minute in [m for m in self._by_minute if m * WINDOW_MS < self._cutoff]:
            self._expire_messages(self._by_minute.pop(minute))
        for key in [key for key in self._cells if key.start < self._cutoff]:
            del self._cells[key]

    def _expire_messages(self, sids: Iterable[str]) -> None:
        for sid in sids:
            message = self._messages.get(sid)
            if message is None:
                continue
            if message.anchor < self._cutoff:
                del self._messages[sid]
            else:  # it was queued long before it was sent
                self._by_minute[message.anchor // WINDOW_MS].append(sid)
