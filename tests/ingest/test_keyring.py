from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from twilio.request_validator import RequestValidator

from ingest.keyring import Key, Keyring, keys_of
from ingest.signature import Verifier

ACCOUNT = "AC" + "0" * 32
TARGET = "/hook?bodySHA256=00"


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def signed_by(verifier: Verifier, token: str) -> bool:
    """Whether a signature by this token is accepted."""
    signature = RequestValidator(token).compute_signature(f"https://example.com{TARGET}", {})
    return verifier.signed(TARGET, signature) is not None


def replace(file: Path, text: str) -> None:
    """Swap the file as secrets are swapped: by renaming another over it."""
    other = file.with_suffix(".new")
    other.write_text(text)
    other.rename(file)


def test_an_entry_may_name_the_account_of_its_token() -> None:
    named, plain = keys_of([f"{ACCOUNT}:t1", "AC12:t2"])
    assert named == Key(b"t1", ACCOUNT.encode())
    assert plain == Key(b"AC12:t2")


def test_a_new_token_signs_at_once_and_a_revoked_one_ends_within_a_second(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "tokens"
    file.write_text("old\n")
    verifier = Verifier("https://example.com/hook", Keyring(("fixed",), file, clock))
    assert signed_by(verifier, "old")
    assert not signed_by(verifier, "new")
    replace(file, "new, newer\n")
    assert signed_by(verifier, "newer")
    assert signed_by(verifier, "fixed")
    replace(file, "newer")
    clock.seconds += 1.0
    assert not signed_by(verifier, "new")
    assert signed_by(verifier, "newer")


@pytest.mark.parametrize("broken", ["", " , \n", None])
def test_a_file_that_can_not_be_used_changes_nothing_but_a_gauge(
    tmp_path: Path, broken: str | None
) -> None:
    clock, file = Clock(), tmp_path / "tokens"
    file.write_text("good")
    verifier = Verifier("https://example.com/hook", Keyring((), file, clock))
    file.unlink()
    if broken is not None:
        file.write_text(broken)
    clock.seconds += 1.0
    assert signed_by(verifier, "good")
    assert REGISTRY.get_sample_value("twilio_ingest_tokens_stale") == 1
    file.write_text("better")
    clock.seconds += 1.0
    assert signed_by(verifier, "better")
    assert REGISTRY.get_sample_value("twilio_ingest_tokens_stale") == 0
