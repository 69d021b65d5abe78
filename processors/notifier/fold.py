"""The fold of ``twilio.alerts``: incidents, threads and silences as entries, messages as deeds."""

from collections.abc import Callable, Collection, Iterable
from typing import Final, cast

import msgspec

from processors.notifier.config import Config
from processors.notifier.entries import AnyEntry, Body, EntryKey, Incident, Shelf
from processors.notifier.hearing import Hearing, read_item
from processors.notifier.outbox import Limits, Outbox
from processors.notifier.told import Told, Watch
from processors.runtime.deeds import Deed, Result
from processors.runtime.fold import Entry, Item, Key, SourceRecord

_DAY_MS: Final = 86_400_000
#: What is over is kept so long, to know repeats by and for a reopening; what lasts without a word,
#: as long as the topic remembers it.
_KEPT_MS: Final = _DAY_MS
_FORGOTTEN_MS: Final = 30 * _DAY_MS
_SWEEP_MS: Final = 60_000
#: What was told longer ago is old news: it goes out when all is read, for its end may follow.
_OLD_MS: Final = 60_000
_read_elements: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_encode_body: Final = msgspec.msgpack.Encoder().encode
_decode_body: Final = msgspec.msgpack.Decoder(Body).decode


class NotifierFold:
    """Every transition to every channel it is routed to: at least once, in order.

    ``deliveries`` is the topic on which it tells what became of them.
    """

    def __init__(
        self, deliveries: str, config: Callable[[], Config], limits: Limits, watch: Watch
    ) -> None:
        self._shelf = Shelf()
        self._told = Told(deliveries, watch)
        self._hearing = Hearing(self._shelf, self._told, config)
        self._outbox = Outbox(self._shelf, self._told, config, limits, watch)
        self._now = 0
        self._swept = 0
        self._heard_at = 0
        self._has_read_all = True

    def apply(self, record: SourceRecord) -> None:
        """Take in what is told; elements that are none of ours are passed over."""
        self._now = max(self._now, record.received_at)
        self._heard_at, self._has_read_all = record.received_at, False
        for element in _read_elements(record.value):
            if (item := read_item(element)) is not None:
                self._hearing.hear(item, record.received_at)
        self._outbox.look_again()

    def advance(self, _: int) -> None:
        """Hear that all is read."""
        self._has_read_all = True

    def deeds(self) -> Iterable[Deed]:
        """The messages to send now."""
        return self._outbox.take()

    def unfinished(self) -> Iterable[Deed]:
        """None: ``tick`` finds what a former owner was sending, and sends it again."""
        return ()

    def stands(self, deed: Deed) -> bool:
        """Whether it is still the newest about its incident."""
        return self._outbox.stands(deed)

    def learn(self, result: Result, now_ms: int) -> None:
        """Take an answer."""
        self._now = max(self._now, now_ms)
        self._outbox.learn(result, now_ms)

    def due(self) -> int | None:
        """When something may go out."""
        return self._outbox.due()

    def tick(self, now_ms: int) -> None:
        """Send what may go out, unless a backlog is being read."""
        self._now = max(self._now, now_ms)
        if self._has_read_all or now_ms - self._heard_at < _OLD_MS:
            self._outbox.tick(now_ms)

    def changed(self) -> Collection[Key]:
        """What changed since the last ``encode``."""
        return self._shelf.changed

    def size(self) -> int:
        """Incidents, threads and silences."""
        return len(self._shelf)

    def entry(self, key: Key) -> Entry | None:
        """Find an entry."""
        return self._shelf.find(cast("EntryKey", key))

    def items(self, _: int) -> Iterable[Item]:
        """None: all that is told happens once."""
        return ()

    def announcements(self) -> Iterable[Item]:
        """What became of messages."""
        return self._told.take()

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        """Write what changed, and the ``extra`` entries."""
        keys = {*self._shelf.changed, *cast("Iterable[EntryKey]", extra)}
        self._shelf.changed.clear()
        return _encode_body(self._shelf.body(self._now, keys)), list(keys)

    def restore(self, body: bytes) -> list[Key]:
        """Take over a row's entries; rows come oldest first."""
        row = _decode_body(body)
        self._now = max(self._now, row.now)
        entries: tuple[AnyEntry, ...] = (*row.incidents, *row.threads, *row.silences)
        for entry in entries:
            self._shelf.put(entry)
        return [entry.key for entry in entries]

    def expire(self) -> None:
        """Forget what is over and told, and silences long ended; looks once a minute."""
        if self._now - self._swept < _SWEEP_MS:
            return
        self._swept = self._now
        for incident in list(self._shelf.incidents.values()):
            if self._is_done(incident):
                self._shelf.drop(incident)
        for quiet in list(self._shelf.silences.values()):
            if quiet.silence.until * 1000 + _KEPT_MS < self._now:
                del self._shelf.silences[quiet.silence.id]
        self._outbox.look_again()

    def _is_done(self, incident: Incident) -> bool:
        age = self._now - incident.heard_at
        threads = self._shelf.threads_of(incident.id)
        is_told = not any(thread.waiting or thread.sending for thread in threads)
        return age > _FORGOTTEN_MS or (age > _KEPT_MS and incident.is_over and is_told)
