"""``usage_store``: one row per account, day and category each time it changed."""

from decimal import Decimal
from typing import Final

import msgspec

from pipeline.items.usage_record import UsageRecord
from sinks.load import Row
from sinks.tables.table import PLACE, Table, storable_time

USAGE: Final = Table(
    "usage_store",
    (
        ("day", "Date"),
        ("account_sid", "LowCardinality(String)"),
        ("category", "LowCardinality(String)"),
        ("count", "Decimal(38, 6)"),
        ("count_unit", "LowCardinality(String)"),
        ("usage", "Decimal(38, 6)"),
        ("usage_unit", "LowCardinality(String)"),
        ("price", "Decimal(38, 10)"),
        ("currency", "LowCardinality(String)"),
        ("read_at", "DateTime64(3, 'UTC')"),
        *PLACE,
    ),
)
#: More than any account uses or pays; the columns hold it.
_MOST: Final = Decimal(10) ** 20
_decoder: Final = msgspec.json.Decoder(UsageRecord)


def usage_row(element: msgspec.Raw, _received_at: int, place: Row) -> Row:
    """One row; ValueError when the element is no record, or one no column can hold."""
    item = _decoder.decode(element)
    for amount in (item.count, item.usage, item.price):
        check_amount(amount)
    return (
        item.day,
        item.account_sid,
        item.category,
        item.count,
        item.count_unit,
        item.usage,
        item.usage_unit,
        item.price,
        item.currency,
        storable_time(item.read_at, 0),
        *place,
    )


def check_amount(amount: Decimal) -> None:
    """ValueError for what is no amount of money or use."""
    if not (amount.is_finite() and abs(amount) < _MOST):
        raise ValueError("an amount is out of range")
