import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.twilio.address import channel_of, country_of, number_of


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("+14155238886", "US"),
        ("+16045551234", "CA"),
        ("+18765551234", "JM"),
        ("+447700900123", "GB"),
        ("+79161234567", "RU"),
        ("+77010001234", "KZ"),
        ("whatsapp:+5511912345678", "BR"),
        ("+919999999999", "IN"),
        ("+999123", ""),
        ("+0155501000", ""),
        ("+1", ""),
        ("12345", ""),
        ("", ""),
    ],
)
def test_country_by_numbering_plan(address: str, country: str) -> None:
    assert country_of(address) == country


@given(st.from_regex(r"\+[0-9]{7}", fullmatch=True), st.from_regex(r"[0-9]{0,8}", fullmatch=True))
def test_digits_behind_the_seventh_never_change_the_country(start: str, rest: str) -> None:
    assert country_of(start + rest) == country_of(start)


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    assert len(country_of(text)) in {0, 2}
    assert ":" not in number_of(text)


@pytest.mark.parametrize(
    ("address", "channel", "number"),
    [
        ("+15550100002", "sms", "+15550100002"),
        ("whatsapp:+15550100002", "whatsapp", "+15550100002"),
        ("RCS:brand_agent", "rcs", "brand_agent"),
    ],
)
def test_channel_and_number(address: str, channel: str, number: str) -> None:
    assert (channel_of(address), number_of(address)) == (channel, number)
