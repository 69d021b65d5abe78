"""Funnel cells as items: full values that replace what was told before."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from pipeline.items.funnel_cell import FunnelCell
from pipeline.topics import FUNNEL
from processors.lifecycle.cell import WINDOW_MS, Cell
from processors.lifecycle.outcomes import Source
from processors.runtime.fold import Item

_encode: Final = msgspec.json.Encoder().encode


def funnel_items(cells: Iterable[Cell], source: Source) -> Iterator[Item]:
    """Give the present values of the cells."""
    for cell in cells:
        yield Item(FUNNEL, cell.key.dims.account_sid, _encode(_funnel_cell(cell, source)))


def _funnel_cell(cell: Cell, source: Source) -> FunnelCell:
    pending, approved, canceled, expired, max_attempts, delivered, repeated, attempts = cell.counts
    dims = cell.key.dims
    buckets, counts = cell.buckets()
    return FunnelCell(
        window_start=cell.key.start // 1000,
        window_seconds=WINDOW_MS // 1000,
        account_sid=dims.account_sid,
        service_sid=dims.service_sid,
        country=dims.country,
        channel=dims.channel,
        source_topic=source.topic,
        source_partition=source.partition,
        version=source.offset,
        started=pending + approved + canceled + expired + max_attempts,
        pending=pending,
        approved=approved,
        canceled=canceled,
        expired=expired,
        max_attempts=max_attempts,
        delivered=delivered,
        attempts=attempts,
        repeated=repeated,
        approve_buckets=buckets,
        approve_counts=counts,
    )
