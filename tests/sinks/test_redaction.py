from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.redaction import without_bodies

CODE = "481516"
NAMES = st.sampled_from(["body", "Body", "MessageBody", "responseBody", "BODY"])
JSON = st.recursive(
    st.none() | st.integers(-5, 5) | st.text("ab{[\"'é", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", max_size=3), inner),
    max_leaves=8,
)


@given(JSON, NAMES, st.lists(st.sampled_from(["list", "object", "text"]), max_size=4))
def test_a_body_is_gone_however_deep_and_the_rest_stays(
    rest: object, name: str, wrapping: list[str]
) -> None:
    value: object = {name: f"code {CODE}", "rest": rest}
    bare: object = {"rest": rest}
    for kind in wrapping:
        value, bare = wrap(kind, value), wrap(kind, bare)
    event = {"id": "1", "data": value}
    cleaned = without_bodies(msgspec.json.encode(event))
    assert CODE.encode() not in cleaned
    assert msgspec.json.decode(cleaned) == {"id": "1", "data": bare}


def wrap(kind: str, value: object) -> object:
    if kind == "list":
        return [value, 1]
    return {"k": value} if kind == "object" else msgspec.json.encode(value).decode()


def test_an_escaped_name_is_found() -> None:
    assert without_bodies(b'{"b\\u006fdy":"481516","a":1}') == b'{"a":1}'


@pytest.mark.parametrize("element", [b'{"a": 1.50,  "to":"x"}', b'{"a":"somebody",  "b":[ ]}'])
def test_what_has_no_body_stays_byte_for_byte(element: bytes) -> None:
    assert without_bodies(element) == element


def test_what_is_too_deep_to_search_is_not_kept() -> None:
    assert without_bodies(nested(150)) == nested(150).replace(b'"body":1,', b"")
    assert without_bodies(nested(250)) == b""
    assert without_bodies(nested(100_000)) == b""


def nested(levels: int) -> bytes:
    return b'{"body":1,"a":' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("data", "left"),
    [
        (r'{"body":"481516 \ud83d","a":1}', '{"a":1}'),
        (r'{"a":"half an emoji \ud83d"}', r'{"a":"half an emoji \ud83d"}'),
        ('{"Body":"481516', ""),
        (r'{"b\u006fdy":"481516', ""),
        ('{"a":"cut off', '{"a":"cut off'),
    ],
)
def test_a_text_of_json_is_searched_even_when_it_is_broken(data: str, left: str) -> None:
    element = msgspec.json.encode({"id": "1", "note": "body", "data": data})
    assert msgspec.json.decode(without_bodies(element))["data"] == left
