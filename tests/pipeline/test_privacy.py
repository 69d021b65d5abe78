import hashlib
import hmac

import pytest

from pipeline.errors import ConfigurationError
from pipeline.privacy import Pseudonymizer, mask
from pipeline.settings import PrivacySettings, load

OLD, NEW = "an-old-secret-key", "a-newer-secret-key"
PERSON = "+15550100002"


def test_the_hash_is_a_keyed_one_and_the_same_for_the_same_number() -> None:
    person = Pseudonymizer(b"key")
    expected = hmac.new(b"key", PERSON.encode(), hashlib.sha256).hexdigest()[:32]
    assert person.hash(PERSON) == expected == person.hash(PERSON)
    assert Pseudonymizer(b"other").hash(PERSON) != expected


def test_nobody_has_no_hash() -> None:
    person = Pseudonymizer(b"key")
    assert person.hash("") == ""
    assert person.all_hashes("") == []


def test_after_a_rotation_hashes_name_their_key_and_older_ones_are_still_known() -> None:
    before = Pseudonymizer.of(load(PrivacySettings, hash_key=OLD))
    keys = {"hash_key": NEW, "hash_key_id": "2026-11", "former_hash_keys": f":{OLD}"}
    after = Pseudonymizer.of(load(PrivacySettings, **keys))
    assert after.hash(PERSON) == f"2026-11:{Pseudonymizer(NEW.encode()).hash(PERSON)}"
    assert after.former_hashes(PERSON) == [before.hash(PERSON)]
    assert after.all_hashes(PERSON) == [after.hash(PERSON), before.hash(PERSON)]


@pytest.mark.parametrize(
    ("former", "said"),
    [(":short", "each of 16"), (":0123456789abcdef,:fedcba9876543210", "an id of its own"),
     ("a:0123456789abcdef,b:fedcba9876543210", None), ("new:0123456789abcdef", "an id of its own")],
)  # fmt: skip
def test_keys_that_cannot_be_told_apart_are_refused(former: str, said: str | None) -> None:
    values = {"hash_key": NEW, "hash_key_id": "new", "former_hash_keys": former}
    if said is None:
        assert len(load(PrivacySettings, **values).former_keys) == 2
        return
    with pytest.raises(ConfigurationError, match=said):
        load(PrivacySettings, **values)


@pytest.mark.parametrize(
    ("address", "masked"),
    [("+15550100002", "+15*******02"), ("+4912345", "+49***45"), ("72345", "*****"), ("", "")],
)
def test_masks(address: str, masked: str) -> None:
    assert mask(address) == masked
