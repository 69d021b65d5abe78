"""``alert_deliveries_store``: what became of messages about alerts."""

from typing import Final

import msgspec

from pipeline.items.alert_delivery import AlertDelivery
from sinks.load import Row
from sinks.tables.table import PLACE, Table, storable_time

ALERT_DELIVERIES: Final = Table(
    "alert_deliveries_store",
    (
        ("id", "String"),
        ("alert_id", "String"),
        ("channel", "LowCardinality(String)"),
        ("transition", "String"),
        ("state", "LowCardinality(String)"),
        ("attempts", "UInt32"),
        ("at", "DateTime64(3, 'UTC')"),
        ("next_at", "Nullable(DateTime64(3, 'UTC'))"),
        ("reason", "String"),
        ("dedup_key", "String"),
        *PLACE,
    ),
)
_MAX_ATTEMPTS: Final = 1 << 32
_decoder: Final = msgspec.json.Decoder(AlertDelivery)


def alert_delivery_row(element: msgspec.Raw, _received_at: int, place: Row) -> Row:
    """One row; ValueError when the element is no delivery, or one no column can hold."""
    item = _decoder.decode(element)
    if item.attempts >= _MAX_ATTEMPTS:
        raise ValueError("a number of the delivery is out of range")
    return (
        item.id,
        item.alert_id,
        item.channel,
        item.transition,
        item.state,
        item.attempts,
        storable_time(item.at, 0),
        storable_time(item.next_at, 0) or None,
        item.reason,
        item.dedup_key,
        *place,
    )
