"""``windows_store``: one row per window cell told by the processor."""

from typing import Final

import msgspec

from pipeline.items.window_cell import WindowCell
from sinks.load import Row
from sinks.tables.table import PLACE, Table

WINDOWS: Final = Table(
    "windows_store",
    (
        ("window_start", "UInt32"),
        ("window_seconds", "UInt32"),
        ("account_sid", "LowCardinality(String)"),
        ("product", "LowCardinality(String)"),
        ("channel", "LowCardinality(String)"),
        ("service_sid", "LowCardinality(String)"),
        ("country", "LowCardinality(String)"),
        ("error_class", "LowCardinality(String)"),
        ("source_topic", "LowCardinality(String)"),
        ("source_partition", "Int32"),
        ("version", "Int64"),
        ("sent", "UInt64"),
        ("delivered", "UInt64"),
        ("undelivered", "UInt64"),
        ("failed", "UInt64"),
        ("canceled", "UInt64"),
        ("unknown", "UInt64"),
        ("latency_buckets", "Array(UInt16)"),
        ("latency_counts", "Array(UInt64)"),
        *PLACE,
    ),
)
_MAX_START: Final = 1 << 32
_MAX_BUCKET: Final = 1 << 16
_MAX_PARTITION: Final = 1 << 31
_fields: Final = WindowCell.__struct_fields__
_decoder: Final = msgspec.json.Decoder(WindowCell)


def window_row(element: msgspec.Raw, _received_at: int, place: Row) -> Row:
    """One row; ValueError when the element is no cell, or one no column can hold."""
    cell = _decoder.decode(element)
    fits = (
        0 <= cell.window_start < _MAX_START
        and 0 <= cell.window_seconds < _MAX_START
        and 0 <= cell.source_partition < _MAX_PARTITION
        and len(cell.latency_buckets) == len(cell.latency_counts)
        and all(0 <= bucket < _MAX_BUCKET for bucket in cell.latency_buckets)
        and all(count >= 0 for count in cell.latency_counts)
    )
    if not fits:
        raise ValueError("a number of the cell is out of range")
    return (*(getattr(cell, field) for field in _fields), *place)
