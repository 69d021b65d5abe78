"""``message_prices_store``: one row per message each time its price was read."""

from typing import Final

import msgspec

from pipeline.items.message_price import MessagePrice
from sinks.load import Row
from sinks.tables.table import PLACE, Table, storable_time
from sinks.tables.usage import check_amount

MESSAGE_PRICES: Final = Table(
    "message_prices_store",
    (
        ("message_sid", "String"),
        ("account_sid", "LowCardinality(String)"),
        ("service_sid", "LowCardinality(String)"),
        ("direction", "LowCardinality(String)"),
        ("channel", "LowCardinality(String)"),
        ("country", "LowCardinality(String)"),
        ("segments", "UInt16"),
        ("sent_at", "DateTime64(3, 'UTC')"),
        ("price", "Decimal(38, 10)"),
        ("currency", "LowCardinality(String)"),
        ("read_at", "DateTime64(3, 'UTC')"),
        *PLACE,
    ),
)
_MOST_SEGMENTS: Final = 1 << 16
_decoder: Final = msgspec.json.Decoder(MessagePrice)


def message_price_row(element: msgspec.Raw, _received_at: int, place: Row) -> Row:
    """One row; ValueError when the element is no price, or one no column can hold."""
    item = _decoder.decode(element)
    check_amount(item.price)
    if item.segments >= _MOST_SEGMENTS:
        raise ValueError("a number of the price is out of range")
    return (
        item.message_sid,
        item.account_sid,
        item.service_sid,
        item.direction,
        item.channel,
        item.country,
        item.segments,
        storable_time(item.sent_at, 0),
        item.price,
        item.currency,
        storable_time(item.read_at, 0),
        *place,
    )
