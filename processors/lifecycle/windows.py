"""Window cells as items: full values that replace what was told before."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from pipeline.items.window_cell import WindowCell
from pipeline.topics import WINDOWS
from processors.lifecycle.cell import WINDOW_MS, Cell
from processors.lifecycle.outcomes import Source
from processors.runtime.fold import Item

_encode: Final = msgspec.json.Encoder().encode


def window_items(cells: Iterable[Cell], source: Source) -> Iterator[Item]:
    """Give the present values of the cells."""
    for cell in cells:
        yield Item(WINDOWS, cell.key.dims.account_sid, _encode(_window_cell(cell, source)))


def _window_cell(cell: Cell, source: Source) -> WindowCell:
    unknown, delivered, undelivered, failed, canceled, read = cell.counts
    dims = cell.key.dims
    buckets, counts = cell.buckets()
    return WindowCell(
        window_start=cell.key.start // 1000,
        window_seconds=WINDOW_MS // 1000,
        account_sid=dims.account_sid,
        product=source.product,
        channel=dims.channel,
        service_sid=dims.service_sid,
        country=dims.country,
        carrier=dims.carrier,
        sender_type=dims.sender_type,
        error_class=cell.key.error_class,
        source_topic=source.topic,
        source_partition=source.partition,
        version=source.offset,
        sent=unknown + delivered + undelivered + failed + canceled,
        delivered=delivered,
        undelivered=undelivered,
        failed=failed,
        canceled=canceled,
        unknown=unknown,
        read=read,
        latency_buckets=buckets,
        latency_counts=counts,
        codes=_counted(cell.codes) if cell.codes else {},
    )


def _counted(codes: dict[int, int]) -> dict[int, int]:
    return {code: count for code, count in sorted(codes.items()) if count}
