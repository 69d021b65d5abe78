"""Cells as a processor tells them, and how they are stored without Kafka."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pipeline.items.funnel_cell import FunnelCell
from pipeline.items.window_cell import WindowCell
from sinks.tables.funnel import FUNNEL, funnel_row
from sinks.tables.windows import WINDOWS, window_row

if TYPE_CHECKING:
    from tests.sinks.shelf import Shelf

START = 1_767_225_600  # 2026-01-01 00:00:00 UTC


def window(carrier: str, partition: int, version: int, delivered: int, unknown: int) -> WindowCell:
    return WindowCell(
        window_start=START + 60,
        window_seconds=60,
        account_sid="AC1",
        product="messaging",
        channel="sms",
        service_sid="MG1",
        country="US",
        carrier=carrier,
        sender_type="long_code",
        error_class="",
        source_topic="twilio.messaging",
        source_partition=partition,
        version=version,
        sent=delivered + unknown,
        delivered=delivered,
        undelivered=0,
        failed=0,
        canceled=0,
        unknown=unknown,
        read=min(delivered, 1),
        latency_buckets=[401] if delivered else [],  # 3,000 ms
        latency_counts=[delivered] if delivered else [],
    )


def funnel(partition: int, version: int, approved: int, pending: int = 0) -> FunnelCell:
    return FunnelCell(
        window_start=START,
        window_seconds=60,
        account_sid="AC1",
        service_sid="VA1",
        country="US",
        channel="sms",
        source_topic="twilio.verify",
        source_partition=partition,
        version=version,
        started=approved + pending + 1,
        pending=pending,
        approved=approved,
        canceled=0,
        expired=1,
        max_attempts=0,
        delivered=approved,
        attempts=2 * approved,
        repeated=1,
        approve_buckets=[461] if approved else [],  # 10 s
        approve_counts=[approved] if approved else [],
    )


async def put_windows(shelf: Shelf, *cells: WindowCell) -> None:
    encoded = (msgspec.Raw(msgspec.json.encode(cell)) for cell in cells)
    await shelf.insert(WINDOWS.name, [window_row(each, 0, shelf.place()) for each in encoded])


async def put_funnel(shelf: Shelf, *cells: FunnelCell) -> None:
    encoded = (msgspec.Raw(msgspec.json.encode(cell)) for cell in cells)
    await shelf.insert(FUNNEL.name, [funnel_row(each, 0, shelf.place()) for each in encoded])
