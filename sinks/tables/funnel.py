"""``funnel_store``: one row per cell of the Verify funnel told by the processor."""

from typing import Final

import msgspec

from pipeline.items.funnel_cell import FunnelCell
from sinks.load import Row
from sinks.tables.cells import check_cell
from sinks.tables.table import PLACE, Table

FUNNEL: Final = Table(
    "funnel_store",
    (
        ("window_start", "UInt32"),
        ("window_seconds", "UInt32"),
        ("account_sid", "LowCardinality(String)"),
        ("service_sid", "LowCardinality(String)"),
        ("country", "LowCardinality(String)"),
        ("channel", "LowCardinality(String)"),
        ("source_topic", "LowCardinality(String)"),
        ("source_partition", "Int32"),
        ("version", "Int64"),
        ("started", "UInt64"),
        ("pending", "UInt64"),
        ("approved", "UInt64"),
        ("canceled", "UInt64"),
        ("expired", "UInt64"),
        ("max_attempts", "UInt64"),
        ("delivered", "UInt64"),
        ("attempts", "UInt64"),
        ("repeated", "UInt64"),
        ("approve_buckets", "Array(UInt16)"),
        ("approve_counts", "Array(UInt64)"),
        *PLACE,
    ),
)
_names: Final = [name for name, _ in FUNNEL.columns[: -len(PLACE)]]
_decoder: Final = msgspec.json.Decoder(FunnelCell)


def funnel_row(element: msgspec.Raw, _received_at: int, place: Row) -> Row:
    """One row; ValueError when the element is no cell, or one no column can hold."""
    cell = _decoder.decode(element)
    check_cell(cell, cell.approve_buckets, cell.approve_counts)
    return (*(getattr(cell, name) for name in _names), *place)
