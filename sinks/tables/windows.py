"""``windows_store``: one row per window cell told by the processor."""

from typing import Final

import msgspec

from pipeline.items.window_cell import WindowCell
from sinks.load import Row
from sinks.tables.cells import check_cell
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
        ("carrier", "LowCardinality(String)"),
        ("sender_type", "LowCardinality(String)"),
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
        ("read", "UInt64"),
        ("latency_buckets", "Array(UInt16)"),
        ("latency_counts", "Array(UInt64)"),
        *PLACE,
    ),
)
_names: Final = [name for name, _ in WINDOWS.columns[: -len(PLACE)]]
_decoder: Final = msgspec.json.Decoder(WindowCell)


def window_row(element: msgspec.Raw, _received_at: int, place: Row) -> Row:
    """One row; ValueError when the element is no cell, or one no column can hold."""
    cell = _decoder.decode(element)
    check_cell(cell, cell.latency_buckets, cell.latency_counts)
    return (*(getattr(cell, name) for name in _names), *place)
