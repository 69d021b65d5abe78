"""What is read from Twilio is sent once, and again where it has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
import pytest
from pydantic import SecretStr

from local.twilio_api.accounts import Account
from local.twilio_api.messages import Message
from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from local.twilio_api.usage_routes import Usage
from operations.usage.round import Rounds, Told
from pipeline.errors import ConfigurationError
from pipeline.items.alert import Notice
from pipeline.items.message_price import MessagePrice
from pipeline.items.usage_record import UsageRecord
from pipeline.settings import TwilioApiSettings, UsageSettings, load
from pipeline.topics import ALERTS, MESSAGE_PRICES, USAGE
from pipeline.twilio.accounts import accounts_of
from pipeline.twilio.api import TwilioApi, connected

ACCOUNT, SUBACCOUNT, CLOSED = ("AC" + digit * 32 for digit in "123")
DAYS = (date(2026, 11, 1), date(2026, 11, 3))
Kind = TypeVar("Kind")
NOON = int(datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp())


class Sent:
    def __init__(self) -> None:
        self.by_topic = defaultdict[str, list[bytes]](list)

    async def send(self, topic: str, keyed: Iterable[tuple[str, bytes]]) -> int:
        items = [item for _, item in keyed]
        self.by_topic[topic] += items
        return len(items)

    def taken(self, topic: str, kind: type[Kind]) -> list[Kind]:
        """What was sent since the last look."""
        return [msgspec.json.decode(item, type=kind) for item in self.by_topic.pop(topic, [])]


@dataclass
class Place:
    twilio: Twilio
    api: TwilioApi
    settings: TwilioApiSettings
    sent: Sent
    rounds: Rounds


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    twilio = Twilio()
    twilio.accounts.add(Account(ACCOUNT, "token", subaccounts={SUBACCOUNT, CLOSED}))
    twilio.accounts.add(Account(SUBACCOUNT, "other"))
    twilio.accounts.add(Account(CLOSED, "other", status="closed"))
    async with serving(twilio) as address:
        settings = load(
            TwilioApiSettings,
            account_sid=ACCOUNT,
            password=SecretStr("token"),
            base_url=address,
        )
        usage = load(UsageSettings, budget=Decimal(10), budget_shares=(1.0,))
        async with connected(settings) as api:
            sent = Sent()
            yield Place(twilio, api, settings, sent, Rounds(api, sent, usage, lambda: 7))


def use(place: Place, account: str, day: str, price: str, category: str = "totalprice") -> None:
    place.twilio.usage = [
        own
        for own in place.twilio.usage
        if (own.account_sid, own.day, own.category) != (account, day, category)
    ]
    place.twilio.usage.append(
        Usage(account_sid=account, day=day, category=category, count="3", usage="4", price=price)
    )


async def test_what_changed_is_sent_and_each_account_for_itself(place: Place) -> None:
    use(place, ACCOUNT, "2026-11-01", "1.25")
    use(place, ACCOUNT, "2026-11-01", "1.25", "sms")
    use(place, SUBACCOUNT, "2026-11-02", "2.50")
    use(place, SUBACCOUNT, "2026-10-31", "99")
    accounts = await accounts_of(place.api, place.settings)
    assert accounts == [ACCOUNT, SUBACCOUNT]
    told = Told()
    await place.rounds.usage(accounts, DAYS, told)
    records = place.sent.taken(USAGE, UsageRecord)
    assert told.records == len(records) == 3
    assert records[-1] == UsageRecord(
        day=date(2026, 11, 2),
        account_sid=SUBACCOUNT,
        category="totalprice",
        count=Decimal(3),
        count_unit="units",
        usage=Decimal(4),
        usage_unit="units",
        price=Decimal("2.50"),
        currency="USD",
        read_at=7,
    )
    use(place, ACCOUNT, "2026-11-01", "1.30")
    await place.rounds.usage(accounts, DAYS, told)
    (changed,) = place.sent.taken(USAGE, UsageRecord)
    assert (changed.price, told.notices) == (Decimal("1.30"), [])


async def test_a_budget_is_told_of_once(place: Place) -> None:
    use(place, ACCOUNT, "2026-11-01", "6")
    use(place, SUBACCOUNT, "2026-11-02", "4")
    told = Told()
    for _ in range(2):
        await place.rounds.usage([ACCOUNT, SUBACCOUNT], DAYS, told)
    (notice,) = place.sent.taken(ALERTS, Notice)
    assert [notice] == told.notices
    assert told.notices[0].rule == "100 % of the monthly budget of 10 USD spent"


async def test_prices_are_of_the_time_and_where_they_are_known(place: Place) -> None:
    for number, (at, price) in enumerate(
        [(NOON, "-0.0075"), (NOON + 60, None), (NOON + 120, "-0.05"), (NOON + 3600, "-9")]
    ):
        inbound = {"direction": "inbound", "sender": "+5511991234567"} if number == 2 else {}
        message = Message(f"SM{number}", ACCOUNT, "MG1", "+15550100", at * 1000, "sent")
        message.price = price
        for name, value in inbound.items():
            setattr(message, name, value)
        place.twilio.messages.add(message)
    told = Told()
    await place.rounds.prices(ACCOUNT, (NOON, NOON + 3600), told)
    found = {each.message_sid: each for each in place.sent.taken(MESSAGE_PRICES, MessagePrice)}
    assert told.prices == 2
    assert {(sid, each.price, each.country) for sid, each in found.items()} == {
        ("SM0", Decimal("0.0075"), "US"),
        ("SM2", Decimal("0.05"), "BR"),
    }
    assert found["SM0"].sent_at == NOON * 1000


async def test_who_may_not_list_subaccounts_names_them(place: Place) -> None:
    assert await accounts_of(place.api, place.settings, [CLOSED, CLOSED]) == [CLOSED]
    nobody = place.settings.model_copy(update={"account_sid": ""})
    with pytest.raises(ConfigurationError, match="or name accounts with --account"):
        await accounts_of(place.api, nobody)
