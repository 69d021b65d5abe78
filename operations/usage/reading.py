"""Reads usage records and message prices from Twilio."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from twilio.rest import Client

from operations.reconcile.listed import Listed
from pipeline.items.message_price import MessagePrice
from pipeline.items.usage_record import UsageRecord
from pipeline.twilio.address import country_of
from pipeline.twilio.calling import Caller
from pipeline.twilio.event import message_channel

_PAGE: Final = 1_000


async def usage_pages(
    client: Client, account_sid: str, caller: Caller, days: tuple[date, date], now_ms: int
) -> AsyncIterator[list[UsageRecord]]:
    """What an account itself used on these days, the last included; raises as the caller does."""
    daily = client.api.v2010.accounts(account_sid).usage.records.daily
    page = await caller.read(
        lambda: daily.page_async(
            start_date=days[0], end_date=days[1], include_subaccounts=False, page_size=_PAGE
        )
    )
    while True:
        yield [_record(own, account_sid, now_ms) for own in page]
        url = page.next_page_url
        if not url:
            return
        page = await caller.read(partial(daily.get_page_async, url))


def price_of(message: Listed, now_ms: int) -> MessagePrice | None:
    """A message's price; None as long as Twilio has none."""
    if message.price is None:
        return None
    person = message.sender if message.is_inbound else message.to
    return MessagePrice(
        message_sid=message.sid,
        account_sid=message.account_sid,
        service_sid=message.service_sid,
        direction=message.direction,
        channel=message_channel(person, message.sid),
        country=country_of(person),
        segments=message.segments,
        sent_at=message.sent_at,
        price=message.price,
        currency=message.currency,
        read_at=now_ms,
    )


def _record(own: Any, account_sid: str, now_ms: int) -> UsageRecord:  # noqa: ANN401  the package's
    return UsageRecord(
        day=own.start_date,
        account_sid=account_sid,
        category=own.category,
        count=Decimal(own.count or 0),
        count_unit=own.count_unit or "",
        usage=Decimal(own.usage or 0),
        usage_unit=own.usage_unit or "",
        price=Decimal(own.price or 0),
        currency=(own.price_unit or "").upper(),
        read_at=now_ms,
    )
