from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.masking import addresses_in, masked

NUMBER = "+15550100002"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'{"to":"+15550100002"}', b'{"to":"+15*******02"}'),
        (b'{"to":"whatsapp:+15550100002"}', b'{"to":"whatsapp:+15*******02"}'),
        (b"To=%2B15550100002&a=1", b"To=%2B15*******02&a=1"),
        (b'{"to":"\\u002b15550100002"}', b'{"to":"\\u002b15*******02"}'),
        (b'{"x":"{\\"To\\":\\"15550100002\\"}"}', b'{"x":"{\\"To\\":\\"155******02\\"}"}'),
        (b'{"to":15550100002}', b'{"to":"155******02"}'),
        (b'{"x":"jane.doe@example.com"}', b'{"x":"jan***************om"}'),
        (b'{"from":"client:alice.b"}', b'{"from":"client:*******"}'),
        (b'"call +1 (555) 010-0002 now"', b'"call +1 ************02 now"'),
    ],
)
def test_masks_where_it_stands(text: bytes, expected: bytes) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        b'{"id":"EZ0123456789abcdef0123456789abcdef","sid":"SM15550100002"}',
        b'{"time":"2026-01-01T00:00:05.000+00:00","ms":1767225605000,"mcc":"310"}',
        b'{"from":"MyBrand","errorCode":30007,"rawDlrDoneDate":"2603290400"}',
    ],
)
def test_leaves_the_rest_as_it_is(text: bytes) -> None:
    assert masked(text) == text


def test_what_is_known_is_masked_however_it_is_written() -> None:
    assert masked(b'{"u":"/x/15550100002","n":"alice-b-c"}', [NUMBER, "alice-b-c"]) == (
        b'{"u":"/x/15*******02","n":"ali****-c"}'
    )


numbers = st.integers(10**9, 10**14).map(lambda n: f"+{n}")
wrappings = st.lists(
    st.sampled_from(
        [
            lambda text: json.dumps({"to": text}),
            lambda text: json.dumps([text, 1, None]),
            lambda text: f"https://example.com/?To={quote(text)}",
            lambda text: f"whatsapp:{text}",
            lambda text: json.dumps(text).replace("+", "\\u002b"),
        ]
    ),
    max_size=4,
)


@settings(deadline=None)
@given(number=numbers, wraps=wrappings)
def test_no_wrapping_hides_a_number_and_json_stays_json(number: str, wraps: list[object]) -> None:
    text = number
    for wrap in wraps:
        text = wrap(text)  # type: ignore[operator]  # hypothesis gives back what it was given
    whole = json.dumps({"data": text}).encode()
    cleaned = masked(whole, [number])
    assert number[1:].encode() not in cleaned
    assert set(json.loads(cleaned)) == {"data"}


def test_finds_the_addresses_a_hash_is_made_of() -> None:
    text = b'{"to":"+1 555 010 0002","a":"%2B15550100003","m":"jane@example.com","from":"15550100"}'
    assert addresses_in(text) == {NUMBER, "+15550100003", "jane@example.com", "15550100"}
