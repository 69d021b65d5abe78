"""Messages as the twilio package finds them."""

from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from local.twilio_api.messages import Message
from tests.local.twilio_api.conftest import ACCOUNT, START, TO, Place

SERVICE = "MG" + "4" * 32


async def test_a_message_is_made_noted_without_its_text_and_found(place: Place) -> None:
    made = await place.client.messages.create_async(
        to=TO, messaging_service_sid=SERVICE, body="987321 is your code", validity_period=120
    )
    found = await place.client.messages(made.sid).fetch_async()

    assert (found.sid, found.to, found.status) == (made.sid, TO, "accepted")
    assert found.messaging_service_sid == SERVICE
    assert found.date_created == datetime(2026, 1, 1, tzinfo=UTC)
    (effect,) = place.twilio.journal.effects
    assert effect["validity_s"] == 120
    assert "987321" not in str(effect)


async def test_lists_are_of_a_number_and_a_time_newest_first_over_pages(place: Place) -> None:
    for number in range(7):
        to = TO if number != 3 else "+15550100"
        message = Message(f"SM{number}", ACCOUNT, SERVICE, to, START + number * 60_000)
        place.twilio.messages.add(message)
    after = datetime(2026, 1, 1, 0, 2, tzinfo=UTC)
    found = await place.client.messages.list_async(to=TO, date_sent_after=after, page_size=2)

    assert [message.sid for message in found] == ["SM6", "SM5", "SM4", "SM2"]
    before = after - timedelta(minutes=1)
    early = await place.client.messages.list_async(date_sent_before=before)
    assert [message.sid for message in early] == ["SM1", "SM0"]


async def test_a_message_shows_its_times_its_parts_and_its_price(place: Place) -> None:
    message = Message(
        *("SM1", ACCOUNT, SERVICE, TO, START, "undelivered", 30003, "-0.0075"),
        sender="+15550100",
        direction="outbound-reply",
        segments=2,
        sent=START + 1_000,
        updated=START + 9_000,
    )
    place.twilio.messages.add(message)
    (found,) = await place.client.messages.list_async()

    assert (found.from_, found.direction, found.num_segments) == (
        "+15550100",
        "outbound-reply",
        "2",
    )
    assert (found.error_code, found.price, found.price_unit) == (30003, "-0.0075", "USD")
    times = (found.date_created, found.date_sent, found.date_updated)
    assert [time.timestamp() * 1000 - START for time in times] == [0, 1_000, 9_000]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"to": "911", "messaging_service_sid": SERVICE, "body": "x"}, 21211),
        ({"to": TO, "body": "x"}, 21603),
        ({"to": TO, "messaging_service_sid": SERVICE}, 21602),
        ({"to": TO, "messaging_service_sid": SERVICE, "body": "x", "validity_period": 0}, 20001),
    ],
)
async def test_what_lacks_something_is_refused(
    place: Place, wanted: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as error:
        await place.client.messages.create_async(**wanted)

    assert (error.value.status, error.value.code) == (400, code)
    assert place.twilio.journal.effects == []


async def test_another_accounts_messages_are_not_to_be_seen(place: Place) -> None:
    place.twilio.messages.add(Message("SM1", "AC" + "8" * 32, SERVICE, TO, START))
    with pytest.raises(TwilioRestException) as error:
        await place.client.messages("SM1").fetch_async()

    assert error.value.status == 404
