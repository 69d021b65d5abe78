"""Verify as the twilio package finds it."""

import pytest
from twilio.base.exceptions import TwilioRestException

from local.twilio_api.verifications import Sending, Verification
from pipeline.twilio.api import TooManyRequestsError
from tests.local.twilio_api.conftest import ACCOUNT, SERVICE, START, TO, Place


def _verifications(place: Place):  # type: ignore[no-untyped-def]  # noqa: ANN202  the package has none
    return place.client.verify.v2.services(SERVICE).verifications


def _code(error: pytest.ExceptionInfo[TwilioRestException]) -> tuple[int, int | None]:
    return error.value.status, error.value.code


async def test_the_same_number_gets_the_same_verification_on_another_channel(place: Place) -> None:
    first = await _verifications(place).create_async(to=TO, channel="sms")
    place.now[0] += 20_000
    second = await _verifications(place).create_async(to=TO, channel="call")

    assert (first.sid, first.status, first.valid) == (second.sid, "pending", False)
    assert [attempt["channel"] for attempt in second.send_code_attempts] == ["sms", "call"]
    assert second.send_code_attempts[1]["time"] == "2026-01-01T00:00:20Z"
    assert second.send_code_attempts[0] == first.send_code_attempts[0]
    assert int(second.date_created.timestamp() * 1_000) == START
    assert [(own.sid, sending.channel) for own, sending in place.heard] == [
        (first.sid, "sms"),
        (first.sid, "call"),
    ]


async def test_after_ten_minutes_a_new_one_is_begun_and_the_old_one_is_gone(place: Place) -> None:
    first = await _verifications(place).create_async(to=TO, channel="sms")
    place.now[0] += 600_000
    with pytest.raises(TwilioRestException) as gone:
        await _verifications(place)(first.sid).fetch_async()
    second = await _verifications(place).create_async(to=TO, channel="sms")

    assert _code(gone) == (404, 20404)
    assert second.sid != first.sid


async def test_a_code_is_sent_five_times_at_most(place: Place) -> None:
    for _ in range(5):
        await _verifications(place).create_async(to=TO, channel="sms")
    with pytest.raises(TooManyRequestsError):
        await _verifications(place).create_async(to=TO, channel="call")

    assert len(place.twilio.journal.effects) == 5


async def test_an_address_for_email_is_another_verification(place: Place) -> None:
    phone = await _verifications(place).create_async(to=TO, channel="sms")
    mail = await _verifications(place).create_async(to="jo@example.com", channel="email")

    assert phone.sid != mail.sid
    assert (await _verifications(place)("jo@example.com").fetch_async()).sid == mail.sid


@pytest.mark.parametrize(
    ("to", "channel"), [(TO, "pigeon"), ("jo@example.com", "sms"), (TO, "email"), ("551", "sms")]
)
async def test_what_does_not_fit_is_refused(place: Place, to: str, channel: str) -> None:
    with pytest.raises(TwilioRestException) as error:
        await _verifications(place).create_async(to=to, channel=channel)

    assert _code(error) == (400, 60200)
    assert place.twilio.journal.effects == []


async def test_a_channel_may_be_disabled_and_a_service_unknown(place: Place) -> None:
    place.twilio.accounts.by_sid[ACCOUNT].disabled_channels.add("call")
    with pytest.raises(TwilioRestException) as disabled:
        await _verifications(place).create_async(to=TO, channel="call")
    elsewhere = place.client.verify.v2.services("VA" + "9" * 32).verifications
    with pytest.raises(TwilioRestException) as unknown:
        await elsewhere.create_async(to=TO, channel="sms")

    assert (_code(disabled), _code(unknown)) == ((403, 60223), (404, 20404))


async def test_the_customer_may_end_one_and_then_another_begins(place: Place) -> None:
    own = await _verifications(place).create_async(to=TO, channel="sms")
    ended = await _verifications(place)(own.sid).update_async(status="approved")
    again = await _verifications(place).create_async(to=TO, channel="sms")

    assert (ended.status, ended.valid) == ("approved", True)
    assert (await _verifications(place)(own.sid).fetch_async()).status == "approved"
    assert again.sid != own.sid


async def test_one_that_was_foretold_goes_its_way(place: Place) -> None:
    sendings = [Sending("VL1", "sms", START), Sending("VL2", "call", START + 5_000)]
    end = (START + 9_000, "approved")
    sid = "VE" + "3" * 32
    own = Verification(sid, ACCOUNT, SERVICE, TO, START, sendings, end)
    place.twilio.verifications.add(own)

    seen = []
    for at in (1_000, 6_000, 10_000):
        place.now[0] = START + at
        found = await _verifications(place)(sid).fetch_async()
        seen.append((len(found.send_code_attempts), found.status))
    assert seen == [(1, "pending"), (2, "pending"), (2, "approved")]
