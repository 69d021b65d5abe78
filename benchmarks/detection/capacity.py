"""Speed of the whole fold over upserts of cells, its state rows, memory of many live slices."""

import resource
import time
from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np

from pipeline.items.alert import Alert, Notice
from pipeline.items.window_cell import WindowCell
from pipeline.topics import WINDOWS
from processors.alerts.config import Config
from processors.alerts.core import Core
from processors.alerts.fold import AlertsFold, Setup
from processors.alerts.reading import reader_of
from processors.runtime.fold import SourceRecord

_MONDAY: Final = 1_767_571_200
_UPSERTS: Final = 3  # of one cell: sent, most receipts, the rest
_A_MINUTE: Final = 10


def cells(slices: int, minutes: int) -> Iterator[tuple[int, Iterator[WindowCell]]]:
    """Give each minute's upserts: new cells, and those of the two minutes before again."""
    rng = np.random.default_rng(1)
    sent = rng.poisson(_A_MINUTE, (minutes, slices))
    known = [0 * sent, rng.binomial(sent, 0.9), sent]
    for minute in range(minutes):
        steps = range(min(_UPSERTS, minute + 1))
        yield (
            _MONDAY + (minute + 1) * 60,
            (
                _cell(number, minute - step, 3 * minute, int(sent[minute - step, number]), int(n))
                for step in steps
                for number, n in enumerate(known[step][minute - step])
            ),
        )


def _cell(number: int, minute: int, version: int, sent: int, delivered: int) -> WindowCell:
    return WindowCell(
        window_start=_MONDAY + minute * 60,
        window_seconds=60,
        account_sid=f"AC{number % 50}",
        product="messaging",
        channel="sms",
        service_sid=f"MG{number % 200}",
        country=f"{number % 150}",
        carrier=f"{number}",
        sender_type="long_code",
        error_class="",
        source_topic="twilio.messaging",
        source_partition=0,
        version=version,
        sent=sent,
        delivered=delivered,
        undelivered=0,
        failed=0,
        canceled=0,
        unknown=sent - delivered,
        read=0,
        latency_buckets=[],
        latency_counts=[],
    )


def speed(slices: int = 1_000, minutes: int = 60) -> tuple[float, float]:
    """Upserts a second of CPU, decoding, judging and state rows included; bytes of rows a minute.

    A flush comes with each minute's cells.
    """
    setup = Setup(Config(), 5, 0, lambda: float(_MONDAY), _Deaf())
    fold = AlertsFold(WINDOWS, reader_of(WINDOWS), setup)
    count, spent, written = 0, 0.0, 0
    for offset, (end, batch) in enumerate(cells(slices, minutes)):
        upserts = list(batch)
        record = SourceRecord(offset, end * 1000, msgspec.json.encode(upserts))
        started = time.process_time()
        fold.apply(record)
        body, _ = fold.encode([])
        spent += time.process_time() - started
        count += len(upserts)
        written += len(body)
    return count / spent, written / minutes


class _Deaf:
    """Listens to nothing."""

    def told(self, item: Alert | Notice) -> None:
        """Let it be told."""

    def ignored(self, reason: str, cells: int) -> None:
        """Let it be ignored."""

    def judged(self, source: str, until_s: int, slices: int, evicted: int) -> None:
        """Let it be judged."""


def memory_mb(slices: int = 33_000, minutes: int = 3) -> tuple[float, int]:
    """Megabytes a core grows by when it takes in many leaves; and its live slices."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    core = Core(Config(), _MONDAY)
    for end, batch in cells(slices, minutes):
        for cell in batch:
            list(core.cell(cell, end))
        list(core.advance(end))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (after - before) / 1024, core.detector.slices.rows
