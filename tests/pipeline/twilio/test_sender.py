import pytest

from pipeline.twilio.sender import sender_type_of


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("+15550100001", "long_code"),
        ("+18885550100", "toll_free"),
        ("+448885550100", "long_code"),
        ("55512", "short_code"),
        ("ACME", "alphanumeric"),
        ("whatsapp:+15550100001", "whatsapp"),
        ("sip:desk@example.com", "sip"),
        ("pigeon:7", "other"),
        ("", ""),
    ],
)
def test_kinds_of_senders(address: str, kind: str) -> None:
    assert sender_type_of(address) == kind
