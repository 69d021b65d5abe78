import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator, get_signature_algorithm

from ingest.keyring import Keyring
from ingest.signature import Verifier, algorithm_of, body_matches, claimed_body_hash, is_known
from ingest.spelling import spellings

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


def verifier_of(public_url: str, *tokens: str) -> Verifier:
    """A verifier that knows these tokens."""
    return Verifier(public_url, Keyring(tokens, None, lambda: 0.0))


def accepts(
    verifier: Verifier, target: str, body: bytes, signature: str, algorithm: str = "HMAC_SHA1"
) -> bool:
    """What the webhook asks, in one go."""
    claimed = claimed_body_hash(target)
    signed = verifier.signed(target, signature, algorithm)
    return claimed is not None and signed is not None and body_matches(body, claimed)


def test_known_vector() -> None:
    origin, target = "https://example.com", VECTOR["url"].removeprefix("https://example.com")
    verifier = verifier_of(f"{origin}/hook", VECTOR["auth_token"])
    body, signature = VECTOR["body"].encode(), VECTOR["X-Twilio-Signature"]
    assert claimed_body_hash(target) == VECTOR["bodySHA256"]
    assert accepts(verifier, target, body, signature)
    assert not accepts(verifier, target, body + b" ", signature)
    assert not accepts(verifier, target, body, signature.replace("K", "k"))
    assert not accepts(verifier_of(f"{origin}/hook", "other"), target, body, signature)


@given(
    origin=ORIGINS,
    signed_origin=ORIGINS,
    path=URL_TEXT,
    before=URL_TEXT,
    after=URL_TEXT,
    body=st.text(max_size=20),
    tampered=st.sampled_from(["", "", "x"]),
    token=st.sampled_from(["a", "b", "c"]),
    settings=st.sampled_from(
        [
            None,
            "",
            "key=k",
            "key=k,algorithm=HMAC_SHA256",
            "algorithm= hmac_sha256 ,key=k",
            "algorithm=MD5",
        ]
    ),
    signed_with=st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]),
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
    settings: str | None,
    signed_with: str,
) -> None:
    claimed = hashlib.sha256(body.encode()).hexdigest()
    target = f"/{path}?{before}&bodySHA256={claimed}&{after}"
    signature = RequestValidator(token).compute_signature(
        f"{signed_origin}{target}", {}, signed_with
    )
    got = body + tampered
    named = get_signature_algorithm(settings)
    oracle = any(
        RequestValidator(known).validate(f"{origin}{spelled}", got, signature, named)
        for known in ("a", "b")
        for spelled in spellings(target)
    )
    verifier = verifier_of(f"{origin}/{path}", "a", "b")
    algorithm = algorithm_of(settings)
    assert accepts(verifier, target, got.encode(), signature, algorithm) == oracle
    assert is_known(algorithm) == (named.upper() in {"HMAC_SHA1", "HMAC_SHA256"})


def test_equivalent_spellings_of_an_escape_are_one_url() -> None:
    verifier = verifier_of("https://example.com/hook", "a")
    signature = RequestValidator("a").compute_signature(
        "https://example.com/hook?t=%7Ea%2F&x=1", {}
    )
    for query in ("t=%7Ea%2F&x=1", "t=%7ea%2f&x=1"):
        assert verifier.signed(f"/hook?{query}", signature)
    for query in ("t=~a/&x=1", "t=%7Ea%2F&x=2", "t=%7Eb%2F&x=1"):
        assert not verifier.signed(f"/hook?{query}", signature)


@given(case=st.data())
def test_any_change_of_a_signed_request_is_noticed(case: st.DataObject) -> None:
    body = case.draw(st.binary(min_size=1, max_size=30))
    target = f"/hook?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = RequestValidator("a").compute_signature(f"https://example.com{target}", {})
    verifier = verifier_of("https://example.com/hook", "a")
    changed = case.draw(st.binary(max_size=30).filter(lambda other: other != body))
    assert accepts(verifier, target, body, signature)
    assert not accepts(verifier, target, changed, signature)
    assert not accepts(verifier, f"{target}&x=1", body, signature)
    assert not accepts(verifier, target.replace("/hook", "/hooks"), changed, signature)


@pytest.mark.parametrize("path", ["/twilio/events", "/api/webhooks/twilio-events", "/rewritten"])
def test_a_signature_may_be_over_the_requests_path_or_the_public_urls(path: str) -> None:
    verifier = verifier_of("https://example.com/public", "a")
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
    verifier = verifier_of("https://example.com/hook", "a")
    assert not verifier.signed(f"/hook{odd}?bodySHA256=00", odd)
    assert not body_matches(b"", odd)
