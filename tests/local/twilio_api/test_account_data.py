"""Verify's services and usage records as the twilio package finds them."""

from datetime import date
from decimal import Decimal

import pytest
from twilio.base.exceptions import TwilioRestException

from local.twilio_api.accounts import Account
from local.twilio_api.usage_routes import Usage
from tests.local.twilio_api.conftest import ACCOUNT, SERVICE, Place


async def test_a_services_events_can_be_switched_on(place: Place) -> None:
    services = place.client.verify.v2.services
    assert [own.sid for own in await services.list_async()] == [SERVICE]
    await services(SERVICE).update_async(verify_event_subscription_enabled=True)
    assert place.twilio.accounts.by_sid[ACCOUNT].services_with_events == {SERVICE}
    await services(SERVICE).update_async(friendly_name="other")
    assert place.twilio.accounts.by_sid[ACCOUNT].services_with_events == {SERVICE}
    await services(SERVICE).update_async(verify_event_subscription_enabled=False)
    assert place.twilio.accounts.by_sid[ACCOUNT].services_with_events == set()
    with pytest.raises(TwilioRestException) as unknown:
        await services("VA" + "9" * 32).fetch_async()
    assert unknown.value.status == 404


async def test_usage_is_listed_by_category_and_day_over_pages(place: Place) -> None:
    for day in range(1, 8):
        for category in ("sms-outbound", "verify-push"):
            place.twilio.usage.append(
                Usage(
                    account_sid=ACCOUNT,
                    day=f"2026-01-0{day}",
                    category=category,
                    count=str(day),
                    usage=str(day),
                    price=f"{day}.05",
                )
            )
    found = await place.client.usage.records.daily.list_async(
        category="sms-outbound",
        start_date=date(2026, 1, 2),
        end_date=date(2026, 1, 6),
        page_size=2,
    )

    assert [own.start_date for own in found] == [date(2026, 1, day) for day in range(2, 7)]
    assert {own.category for own in found} == {"sms-outbound"}
    assert (found[0].count, found[0].price) == ("2", Decimal("2.05"))


async def test_a_parent_sees_its_subaccounts_and_what_they_used(place: Place) -> None:
    own, closed, other = ("AC" + digit * 32 for digit in "567")
    accounts = place.twilio.accounts
    accounts.add(Account(own, "t"))
    accounts.add(Account(closed, "t", status="closed"))
    accounts.add(Account(other, "t"))
    accounts.by_sid[ACCOUNT].subaccounts |= {own, closed}
    for sid in (ACCOUNT, own, other):
        record = {"day": "2026-01-01", "category": "sms", "count": "1", "usage": "1"}
        place.twilio.usage.append(Usage(account_sid=sid, price="2.00", **record))
    listed = await place.client.api.v2010.accounts.list_async(status="active")
    assert [each.sid for each in listed] == [ACCOUNT, own]

    daily = place.client.usage.records.daily
    assert len(await daily.list_async()) == 2
    (alone,) = await daily.list_async(include_subaccounts=False)
    assert alone.account_sid == ACCOUNT
    (below,) = await place.client.api.v2010.accounts(own).usage.records.daily.list_async()
    assert (below.account_sid, below.price_unit) == (own, "usd")
    with pytest.raises(TwilioRestException):
        await place.client.api.v2010.accounts(other).usage.records.daily.list_async()
