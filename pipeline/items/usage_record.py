"""What one account used of one category on one day, on ``twilio.usage``."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta


class UsageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Full values as Twilio has them by then; of a day and category the one read last counts."""

    day: Annotated[date, Meta(description="In UTC.")]
    account_sid: Annotated[str, Meta(max_length=64)]
    category: Annotated[
        str, Meta(description="Twilio's; some hold others: totalprice all.", max_length=128)
    ]
    count: Annotated[Decimal, Meta(description="Of messages, calls and so on.")]
    count_unit: Annotated[str, Meta(max_length=64)]
    usage: Annotated[Decimal, Meta(description="What is billed: segments, minutes and so on.")]
    usage_unit: Annotated[str, Meta(max_length=64)]
    price: Annotated[Decimal, Meta(description="In the currency.")]
    currency: Annotated[str, Meta(description="ISO 4217, in upper case.", max_length=8)]
    read_at: Annotated[int, Meta(description="Epoch milliseconds.")]
