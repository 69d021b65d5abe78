import hashlib
import hmac

import pytest

from pipeline.privacy import Pseudonymizer, mask


def test_the_hash_is_a_keyed_one_and_the_same_for_the_same_number() -> None:
    person = Pseudonymizer(b"key")
    expected = hmac.new(b"key", b"+15550100002", hashlib.sha256).hexdigest()[:32]
    assert person.hash("+15550100002") == expected == person.hash("+15550100002")
    assert Pseudonymizer(b"other").hash("+15550100002") != expected


def test_nobody_has_no_hash() -> None:
    assert Pseudonymizer(b"key").hash("") == ""


@pytest.mark.parametrize(
    ("address", "masked"),
    [("+15550100002", "+15*******02"), ("+4912345", "+49***45"), ("72345", "*****"), ("", "")],
)
def test_masks(address: str, masked: str) -> None:
    assert mask(address) == masked
