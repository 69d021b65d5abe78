"""What people read where a slice is meant."""

import pytest

from pipeline.place import place_of, place_of_text
from pipeline.twilio.country import country_name


@pytest.mark.parametrize(
    ("fixed", "words"),
    [
        ({}, "all traffic"),
        ({"product": "messaging"}, "messages"),
        ({"product": "messaging", "country": "DE"}, "messages to Germany"),
        ({"channel": "sms", "country": "DE"}, "SMS to Germany"),
        ({"product": "messaging", "channel": "whatsapp"}, "WhatsApp messages"),
        ({"product": "voice", "country": "FR"}, "calls to France"),
        ({"country": "", "carrier": ""}, "all traffic to an unknown country on an unknown network"),
        ({"product": "verify", "channel": "email"}, "verification attempts by email"),
        ({"product": "verify_conversion", "channel": "sms"}, "verifications by SMS"),
        ({"channel": "sms", "sender_type": ""}, "SMS from unknown senders"),
        ({"country": "QQ"}, "all traffic to QQ"),
        ({"sender_type": "rcs"}, "all traffic from rcs senders"),
        ({"service_sid": "", "account_sid": "AC1"}, "all traffic, without a service, account AC1"),
        ({"team": "x"}, "all traffic, team x"),
    ],
)  # fmt: skip
def test_a_slice_in_words(fixed: dict[str, str], words: str) -> None:
    assert place_of(fixed) == words


def test_the_finest_slice_names_all_it_fixes() -> None:
    text = (
        "product=messaging,account_sid=AC1,channel=sms,service_sid=MG1,"
        "country=BR,carrier=72405,sender_type=short_code"
    )
    words = "SMS to Brazil on network 72405 from short codes, service MG1, account AC1"
    assert place_of_text(text) == words


@pytest.mark.parametrize("text", ["", "somewhere", "product=messaging,B'R", "team=x"])
def test_what_is_no_slice_stays_as_it_is(text: str) -> None:
    assert place_of_text(text) == text


def test_countries_are_named() -> None:
    assert [country_name(code) for code in ("DE", "GB", "XX")] == [
        "Germany",
        "United Kingdom",
        "XX",
    ]
