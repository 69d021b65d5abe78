"""The lifecycle processor's folds over the records of a replay."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Final

from local.replay.log import Log, Record
from pipeline.settings import LifecycleSettings, load
from pipeline.topics import RAW
from processors.lifecycle.folds import make_fold
from processors.lifecycle.metrics import Metrics
from processors.lifecycle.rules import rules_of
from processors.runtime.fold import SourceRecord

_FLUSH_EVERY_MS: Final = 10_000


class Folding:
    """Folds each topic of deliveries, and gives what is told of them as records."""

    def __init__(self, log: Log) -> None:
        rules = rules_of(load(LifecycleSettings))
        watch = Metrics("replay")
        topics = (RAW["messaging"], RAW["verify"], RAW["voice"])
        self._folds = {topic: make_fold(topic, 0, rules, watch) for topic in topics}
        self._offsets = dict.fromkeys(topics, 0)
        self._log = log
        self._flushed_at = 0

    def apply(self, record: Record) -> Iterator[Record]:
        """Fold a record in; gives what a flush tells when one is due."""
        fold = self._folds.get(record.topic)
        if fold is None:
            return
        self._offsets[record.topic] = record.offset
        fold.apply(SourceRecord(record.offset, record.timestamp, record.value or b""))
        if record.timestamp >= self._flushed_at + _FLUSH_EVERY_MS:
            self._flushed_at = record.timestamp
            yield from self._flush(record.timestamp)

    def finish(self, now_ms: int) -> Iterator[Record]:
        """Let time pass until then, and give the last of what is told."""
        for fold in self._folds.values():
            fold.advance(now_ms)
        yield from self._flush(now_ms)

    def _flush(self, now_ms: int) -> Iterator[Record]:
        told = defaultdict[str, list[bytes]](list)
        for topic, fold in self._folds.items():
            for item in chain(fold.items(self._offsets[topic]), fold.announcements()):
                told[item.topic].append(item.value)
            fold.encode(())
        for topic, values in told.items():
            yield self._log.append(topic, values, now_ms)
