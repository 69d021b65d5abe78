"""Usage and prices are stored as they were read last, and nothing else is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from pydantic import SecretStr

from pipeline import topics
from pipeline.items.message_price import MessagePrice
from pipeline.settings import PrivacySettings, load
from sinks.decoder import routes
from sinks.tables.message_prices import MESSAGE_PRICES, message_price_row
from sinks.tables.usage import USAGE, usage_row
from tests.operations.usage.records import record
from tests.sinks.shelf import Shelf
from tests.sinks.stand import HASH_KEY

PLACE = ("twilio.usage", 0, 1, 0)


def price(sid: str, cost: str, read_at: int, **more: object) -> bytes:
    made = MessagePrice(
        message_sid=sid, account_sid="AC1", service_sid="MG1", direction="outbound-api",
        channel="sms", country="BR", segments=2, sent_at=1_790_000_000_000, price=Decimal(cost),
        currency="USD", read_at=read_at,
    )  # fmt: skip
    return msgspec.json.encode(msgspec.structs.replace(made, **more))


def test_each_topic_has_its_table() -> None:
    known = routes(load(PrivacySettings, hash_key=SecretStr(HASH_KEY)))
    assert known[topics.USAGE].table is USAGE
    assert known[topics.MESSAGE_PRICES].table is MESSAGE_PRICES


async def test_what_was_read_last_counts(shelf: Shelf) -> None:
    told = [
        record("2026-11-01", "1.25", read_at=10),
        record("2026-11-01", "1.5", read_at=30),
        record("2026-11-01", "1.4", read_at=20),
        record("2026-11-02", "3", read_at=10, category="sms"),
        record("2026-11-02", "0", read_at=20, category="sms"),
    ]
    for each in told:
        row = usage_row(msgspec.Raw(msgspec.json.encode(each)), 0, shelf.place())
        await shelf.insert(USAGE.name, [row])
    assert shelf.rows(
        "SELECT day, account_sid, category, count, usage, price, currency FROM usage"
    ) == [
        (
            *(date(2026, 11, 1), "AC1", "totalprice"),
            *(Decimal(0), Decimal("1.5"), Decimal("1.5"), "USD"),
        )
    ]


async def test_a_messages_cost_joins_the_message(shelf: Shelf) -> None:
    for told in (price("SM1", "0.0075", 10), price("SM1", "0.015", 20), price("SM2", "-1e-7", 5)):
        row = message_price_row(msgspec.Raw(told), 0, shelf.place())
        await shelf.insert(MESSAGE_PRICES.name, [row])
    assert shelf.rows(
        "SELECT message_sid, price, currency, segments, country FROM message_costs ORDER BY 1"
    ) == [
        ("SM1", Decimal("0.015"), "USD", 2, "BR"),
        ("SM2", Decimal("-0.0000001"), "USD", 2, "BR"),
    ]


@pytest.mark.parametrize(
    "told",
    [b"{}", price("SM1", "NaN", 1), price("SM1", "1e30", 1), price("SM1", "1", 1, segments=70_000)],
)
def test_what_no_column_holds_is_refused(told: bytes) -> None:
    with pytest.raises((ValueError, msgspec.DecodeError)):
        message_price_row(msgspec.Raw(told), 0, PLACE)


@pytest.mark.parametrize("price", ["Infinity", "1e21"])
def test_so_is_usage_that_nobody_has(price: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        usage_row(msgspec.Raw(msgspec.json.encode(record("2026-11-01", price))), 0, PLACE)
