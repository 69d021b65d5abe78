"""Speed of the whole fold over upserts of cells, and memory of many live slices."""

import resource
import time
from collections.abc import Iterator
from typing import Final

from pipeline.items.window_cell import WindowCell
from processors.alerts.config import Config
from processors.alerts.core import Core

_MONDAY: Final = 1_767_571_200
_UPSERTS: Final = 3  # of one cell: sent, most receipts, the rest


def cells(slices: int, minutes: int) -> Iterator[tuple[int, list[WindowCell]]]:
    """Give each minute's upserts: new cells, and those of the two minutes before again."""
    for minute in range(minutes):
        batch = []
        for step in range(min(_UPSERTS, minute + 1)):
            known = (0, 9, 10)[step]
            start = _MONDAY + (minute - step) * 60
            batch += [_cell(number, start, 3 * minute, known) for number in range(slices)]
        yield _MONDAY + (minute + 1) * 60, batch


def _cell(number: int, start: int, version: int, delivered: int) -> WindowCell:
    return WindowCell(
        window_start=start,
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
        sent=10,
        delivered=delivered,
        undelivered=0,
        failed=0,
        canceled=0,
        unknown=10 - delivered,
        read=0,
        latency_buckets=[],
        latency_counts=[],
    )


def speed(slices: int = 1_000, minutes: int = 60) -> float:
    """Upserts of cells folded a second of CPU, judging included."""
    core = Core(Config(), _MONDAY)
    count, spent = 0, 0.0
    for end, batch in cells(slices, minutes):
        started = time.process_time()
        for cell in batch:
            list(core.cell(cell, end))
        list(core.advance(end))
        spent += time.process_time() - started
        count += len(batch)
    return count / spent


def memory_mb(slices: int = 50_000, minutes: int = 3) -> tuple[float, int]:
    """Megabytes a core grows by when it takes in many leaves; and its live slices."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    core = Core(Config(), _MONDAY)
    for end, batch in cells(slices, minutes):
        for cell in batch:
            list(core.cell(cell, end))
        list(core.advance(end))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (after - before) / 1024, core.detector.slices.rows
