"""The fold of one partition of window or funnel cells: cells in, alerts and notices told."""

from collections.abc import Callable, Collection, Iterable
from typing import Final

import msgspec

from pipeline.items.alert import Alert, Notice
from pipeline.topics import ALERTS
from processors.alerts.ages import MINUTE_S
from processors.alerts.config import Config
from processors.alerts.core import Core
from processors.alerts.entries import Entries
from processors.alerts.newcomer import Newcomer
from processors.alerts.reading import ReadCells
from processors.alerts.watch import Watch
from processors.runtime.fold import Entry, Item, Key, SourceRecord

_encode: Final = msgspec.json.Encoder().encode


class Setup(msgspec.Struct, frozen=True):
    """What folds need to know; ``clock`` gives seconds since the epoch.

    Minutes are judged ``lag_s`` after their end. A fold without a past tells of nothing that was
    over ``history_s`` before it began. What is told goes to ``topic``.
    """

    config: Config
    lag_s: int
    history_s: int
    clock: Callable[[], float]
    watch: Watch
    topic: str = ALERTS


class AlertsFold:
    """Detection over one partition; time is that of its records, or the worker's when quiet.

    The clock may decide when a minute is judged, and so what is told: items are announcements
    only, and kept with the state.
    """

    def __init__(self, source: str, read: ReadCells, setup: Setup) -> None:
        self._source = source
        self._read = read
        self._setup = setup
        self._core = Core(setup.config, 0)
        self._newcomer = Newcomer()
        self._entries = Entries(self._core, self._newcomer)
        self._told: list[Item] = []

    def apply(self, record: SourceRecord) -> None:
        """Judge what had ended when the record was written, then fold its cells in."""
        self._hear(record.received_at)
        cells, unread = self._read(record.value)
        self._setup.watch.ignored(*unread)
        for cell in cells:
            for notice in self._core.cell(cell, self._entries.now_s):
                if notice.at >= self._newcomer.since_s:
                    self._tell(notice)

    def advance(self, now_ms: int) -> None:
        """Judge what has ended: traffic that stops altogether must be noticed."""
        if self._entries.now_s:
            self._hear(now_ms)

    def _hear(self, now_ms: int) -> None:
        entries, now_s = self._entries, now_ms // 1000
        if not entries.now_s:
            self._core.begin(now_s - self._setup.lag_s)
            self._newcomer.since_s = int(self._setup.clock()) - self._setup.history_s
        entries.now_s = max(entries.now_s, now_s)
        until = entries.now_s - self._setup.lag_s
        for alert in self._core.advance(until):
            for told in self._newcomer.alert(alert):
                self._tell(told)
        for told in self._newcomer.release(until):
            self._tell(told)

    def _tell(self, item: Alert | Notice) -> None:
        self._told.append(Item(self._setup.topic, item.id, _encode(item)))
        self._setup.watch.told(item)

    def changed(self) -> Collection[Key]:
        """What changed since the last ``encode``."""
        return self._entries.changed()

    def size(self) -> int:
        """How many entries there are."""
        return self._entries.size()

    def entry(self, key: Key) -> Entry | None:
        """Find an entry; None when it was dropped."""
        return self._entries.entry(key)

    def items(self, offset: int) -> Iterable[Item]:  # noqa: ARG002  the runtime's contract
        """Nothing: all that is told is told once."""
        return ()

    def announcements(self) -> Iterable[Item]:
        """Give the alerts and notices since the last ``encode``."""
        return self._told

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        """Write what changed, and the ``extra`` entries."""
        self._told = []
        self._report()
        return self._entries.encode(extra)

    def restore(self, body: bytes) -> list[Key]:
        """Take over a row's entries; rows come oldest first."""
        return self._entries.restore(body)

    def expire(self) -> None:
        """After a recovery, go on from what it found; the core itself forgets what is too old."""
        self._entries.resume()

    def _report(self) -> None:
        core, watch = self._core, self._setup.watch
        for reason, cells in core.book.ignored.items():
            watch.ignored(reason, cells)
        core.book.ignored.clear()
        detector = core.detector
        until_s = detector.minute * MINUTE_S
        watch.judged(self._source, until_s, detector.slices.rows, detector.evicted)
