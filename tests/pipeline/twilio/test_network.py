import pytest

from pipeline.twilio.network import carrier_of, country_of_network


@pytest.mark.parametrize(
    ("mcc", "by_number", "country"),
    [
        ("310", "US", "US"),
        ("310", "PR", "PR"),  # shares its code, and the number tells more
        ("310", "DE", "US"),
        ("262", "", "DE"),
        ("901", "GB", "GB"),  # ships and satellites
        ("05", "IN", "IN"),
        (None, "IN", "IN"),
        (310, "IN", "IN"),
        ([], "", ""),
    ],
)
def test_the_country_of_a_network(mcc: object, by_number: str, country: str) -> None:
    assert country_of_network(mcc, by_number) == country


@pytest.mark.parametrize(
    ("mcc", "mnc", "carrier"),
    [
        ("310", "260", "310260"),
        ("262", "01", "26201"),
        ("05", "460", ""),
        ("310", "", ""),
        ("310", None, ""),
        ("31O", "26", ""),
        ([], {}, ""),
    ],
)
def test_a_carrier_is_its_digits(mcc: object, mnc: object, carrier: str) -> None:
    assert carrier_of(mcc, mnc) == carrier
