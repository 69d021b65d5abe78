"""The fold of messages alone, in memory: what a core can do at best, and what it grows with.

The yardstick ``decode`` decodes the fields the fold needs with msgspec and counts types in a
dict. The figures are of processor time, so that other programs disturb them less, and the best
of some rounds. The ratios ``slices`` and ``open`` compare the cost of an event with many
slices, and beside many open messages, to that with few.
"""

import gc
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from benchmarks.result import Result
from benchmarks.traffic import events
from pipeline.records import join
from pipeline.settings import LifecycleSettings, load
from pipeline.topics import RAW
from processors.lifecycle.fold import LifecycleFold
from processors.lifecycle.folds import make_fold
from processors.lifecycle.messages.reading import decode
from processors.lifecycle.metrics import Metrics
from processors.lifecycle.rules import rules_of
from processors.runtime.fold import SourceRecord

MESSAGES: Final = 30_000
EVENTS: Final = 3 * MESSAGES
MANY_OPEN: Final = 1_000_000
_ROUNDS: Final = 5
_START_MS: Final = 1_780_000_000_000
_ACCOUNTS: Final = {10: 2, 100_000: 20_000}
_SLICED: Final = 300_000
_FLUSH_EVERY: Final = 200


def run() -> Result:
    """Measure by size of records, number of slices and number of open messages."""
    gc.set_threshold(100_000, 50, 100)  # as the processor does
    figures: dict[str, float] = {}
    for size in (50, 500, 1):
        records = _records(size)
        figures[f"decode_{size}"] = max(_decoded(records) for _ in range(_ROUNDS))
        figures[f"fold_{size}"] = max(_folded(new_fold(), records) for _ in range(_ROUNDS))
    for slices, accounts in _ACCOUNTS.items():
        fold = new_fold()
        fill(fold, _SLICED, accounts)
        figures[f"slices_{slices}"] = _folded(fold, _records(50, accounts))
    records = _records(50)
    for messages in (10_000, MANY_OPEN):
        fold = new_fold()
        fill(fold, messages)
        figures[f"open_{messages}"] = _folded(fold, records)
    return Result("fold", figures, _ratios(figures))


def _ratios(figures: dict[str, float]) -> dict[str, float]:
    ratios = {
        f"decode_{size}": figures[f"fold_{size}"] / figures[f"decode_{size}"]
        for size in (50, 500, 1)
    }
    ratios["slices"] = figures["slices_100000"] / figures["slices_10"]
    ratios["open"] = figures[f"open_{MANY_OPEN}"] / figures["open_10000"]
    return ratios


def new_fold() -> LifecycleFold:
    """Make an empty fold with the settings' defaults, and with its metrics."""
    rules = rules_of(load(LifecycleSettings))
    return make_fold(RAW["messaging"], 0, rules, Metrics("benchmark"))


def fill(fold: LifecycleFold, messages: int, accounts: int = 20) -> int:
    """Fold in so many messages without an outcome; gives the size of the state rows in bytes."""
    sent = (event for _, event in events(messages, _START_MS, accounts, ("sent",), seed=2))
    size = 0
    for offset, value in enumerate(_cut(sent, 100)):
        fold.apply(SourceRecord(offset, _START_MS, value))
        if offset % _FLUSH_EVERY == 0:
            size += len(fold.encode(())[0])
    return size + len(fold.encode(())[0])


def _records(size: int, accounts: int = 20) -> list[bytes]:
    return list(_cut((event for _, event in events(MESSAGES, _START_MS, accounts)), size))


def _cut(elements: Iterator[bytes], size: int) -> Iterator[bytes]:
    while cut := list(islice(elements, size)):
        yield join(cut)


def _decoded(records: list[bytes]) -> float:
    counts = Counter[str]()
    started = time.process_time()
    for value in records:
        for event in decode(value):
            counts[event.type] += 1
    return EVENTS / (time.process_time() - started)


def _folded(fold: LifecycleFold, records: list[bytes]) -> float:
    started = time.process_time()
    for offset, value in enumerate(records):
        fold.apply(SourceRecord(offset, _START_MS, value))
    return EVENTS / (time.process_time() - started)
