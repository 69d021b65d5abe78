"""Usage as Twilio would tell it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.items.usage_record import UsageRecord


def record(day: str, price: str, account: str = "AC1", **more: object) -> UsageRecord:
    usual: dict[str, Any] = {
        "category": "totalprice",
        "count": Decimal(0),
        "count_unit": "",
        "usage": Decimal(price),
        "usage_unit": "usd",
        "currency": "USD",
        "read_at": 1_790_000_000_000,
    }
    values = {**usual, **more}
    return UsageRecord(
        day=date.fromisoformat(day), account_sid=account, price=Decimal(price), **values
    )
