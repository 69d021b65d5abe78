import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ingest.signature import Verifier, body_matches, claimed_body_hash

VECTOR = json.loads(Path(__file__).with_name("signature-vector.json").read_text())
URL_TEXT = st.text("abcXYZ019-_.~%&=+/!*'()", max_size=12)
ORIGINS = st.sampled_from(
    [
        "https://example.com",
        "https://example.com:443",
        "https://example.com:8443",
        "http://example.com",
        "http://example.com:80",
        "https://10.0.0.1:9000",
    ]
)


def accepts(verifier: Verifier, target: str, body: bytes, signature: str) -> bool:
    """What the webhook asks, in one go."""
    claimed = claimed_body_hash(target)
    signed = verifier.signed(target, signature)
    return claimed is not None and signed and body_matches(body, claimed)


def test_known_vector() -> None:
    origin, target = "https://example.com", VECTOR["url"].removeprefix("https://example.com")
    verifier = Verifier(f"{origin}/hook", [VECTOR["auth_token"].encode()])
    body, signature = VECTOR["body"].encode(), VECTOR["X-Twilio-Signature"]
    assert claimed_body_hash(target) == VECTOR["bodySHA256"]
    assert accepts(verifier, target, body, signature)
    assert not accepts(verifier, target, body + b" ", signature)
    assert not accepts(verifier, target, body, signature.replace("K", "k"))
    assert not accepts(Verifier(f"{origin}/hook", [b"other"]), target, body, signature)


@given(
    origin=ORIGINS,
    signed_origin=ORIGINS,
    path=URL_TEXT,
    before=URL_TEXT,
    after=URL_TEXT,
    body=st.text(max_size=20),
    tampered=st.sampled_from(["", "", "x"]),
    token=st.sampled_from(["a", "b", "c"]),
)
def test_accepts_what_twilios_validator_accepts_and_nothing_else(  # noqa: PLR0913, PLR0917  independent parts of a request
    origin: str,
    signed_origin: str,
    path: str,
    before: str,
    after: str,
    body: str,
    tampered: str,
    token: str,
) -> None:
    claimed = hashlib.sha256(body.encode()).hexdigest()
    target = f"/{path}?{before}&bodySHA256={claimed}&{after}"
    signature = RequestValidator(token).compute_signature(f"{signed_origin}{target}", {})
    got = body + tampered
    oracle = any(
        RequestValidator(known).validate(f"{origin}{target}", got, signature)
        for known in ("a", "b")
    )
    verifier = Verifier(f"{origin}/{path}", [b"a", b"b"])
    assert accepts(verifier, target, got.encode(), signature) == oracle


@given(case=st.data())
def test_any_change_of_a_signed_request_is_noticed(case: st.DataObject) -> None:
    body = case.draw(st.binary(min_size=1, max_size=30))
    target = f"/hook?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = RequestValidator("a").compute_signature(f"https://example.com{target}", {})
    verifier = Verifier("https://example.com/hook", [b"a"])
    changed = case.draw(st.binary(max_size=30).filter(lambda other: other != body))
    assert accepts(verifier, target, body, signature)
    assert not accepts(verifier, target, changed, signature)
    assert not accepts(verifier, f"{target}&x=1", body, signature)
    assert not accepts(verifier, target.replace("/hook", "/hooks"), changed, signature)


@pytest.mark.parametrize("path", ["/twilio/events", "/api/webhooks/twilio-events", "/rewritten"])
def test_a_signature_may_be_over_the_requests_path_or_the_public_urls(path: str) -> None:
    verifier = Verifier("https://example.com/public", [b"a"])
    sign = RequestValidator("a").compute_signature
    for signed_path in (path, "/public"):
        signature = sign(f"https://example.com{signed_path}?bodySHA256=00", {})
        assert verifier.signed(f"{path}?bodySHA256=00", signature)
    foreign = sign("https://example.com/other?bodySHA256=00", {})
    assert not verifier.signed(f"{path}?bodySHA256=00", foreign)


def test_a_forged_body_with_no_hash_in_the_url_has_nothing_to_be_compared_with() -> None:
    assert claimed_body_hash("/hook") is None
    assert claimed_body_hash("/hook?bodySHA256=") is None
    assert claimed_body_hash("/hook?other=1&bodysha256=00") is None
    assert claimed_body_hash("/hook?bodySHA256=first&bodySHA256=second") == "first"


@pytest.mark.parametrize("odd", ["\udcff", "ü", "=", "\x00"])
def test_odd_characters_are_a_wrong_signature_not_an_error(odd: str) -> None:
    verifier = Verifier("https://example.com/hook", [b"a"])
    assert not verifier.signed(f"/hook{odd}?bodySHA256=00", odd)
    assert not body_matches(b"", odd)
