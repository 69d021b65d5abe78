"""What one message cost, on ``twilio.message.prices``."""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta


class MessagePrice(msgspec.Struct, frozen=True, kw_only=True):
    """As Twilio has it by then; of a message the price read last counts."""

    message_sid: Annotated[str, Meta(max_length=64)]
    account_sid: Annotated[str, Meta(max_length=64)]
    service_sid: Annotated[str, Meta(description="Messaging service, if any.", max_length=64)]
    direction: Annotated[str, Meta(description="inbound, outbound-api and so on.", max_length=32)]
    channel: Annotated[str, Meta(max_length=32)]
    country: Annotated[str, Meta(description="Of the person, ISO 3166 alpha-2.", max_length=2)]
    segments: Annotated[int, Meta(ge=0)]
    sent_at: Annotated[int, Meta(description="Epoch milliseconds, to the second.")]
    price: Annotated[Decimal, Meta(description="What it cost, in the currency.")]
    currency: Annotated[str, Meta(description="ISO 4217, in upper case.", max_length=8)]
    read_at: Annotated[int, Meta(description="Epoch milliseconds.")]
