import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.splitting import NotEventsError, NotJsonError, elements_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
BLANKS = st.text(" \t\r\n", max_size=3).map(str.encode)


@given(values=st.lists(JSON, max_size=5), blank=BLANKS, escaped=st.booleans())
def test_an_array_is_cut_byte_for_byte(values: list[object], blank: bytes, escaped: bool) -> None:
    texts = [
        json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass") for value in values
    ]
    body = blank + b"[" + b",".join(blank + text + blank for text in texts) + b"]" + blank
    assert list(map(bytes, elements_of(body))) == texts


@given(value=st.dictionaries(st.text(), JSON, max_size=4), blank=BLANKS)
def test_a_single_object_is_one_event(value: dict[str, object], blank: bytes) -> None:
    text = json.dumps(value).encode()
    assert list(map(bytes, elements_of(blank + text + blank))) == [text]


@given(body=st.binary(max_size=40) | st.text('[]{},:"\\ 1a', max_size=20).map(str.encode))
def test_any_bytes_are_cut_or_refused(body: bytes) -> None:
    try:
        elements = list(map(bytes, elements_of(body)))
    except NotEventsError:
        return
    assert all(element in body for element in elements)


@pytest.mark.parametrize(
    ("body", "elements"),
    [
        (b"[]", []),
        (b" [ ] ", []),
        (b'[{"a":"\\ud83d"}, {"b":1}]', [b'{"a":"\\ud83d"}', b'{"b":1}']),
        (b'[{"a":"],[\\""},{"b":"\x00"}]', [b'{"a":"],[\\""}', b'{"b":"\x00"}']),
        (b'[{"a":NaN},{"b":1}]', [b'{"a":NaN}', b'{"b":1}']),
        (b'\xef\xbb\xbf[{"b":1}]', [b'{"b":1}']),
        (b'\xef\xbb\xbf{"b":1}', [b'{"b":1}']),
        (b'[{"a":"\xff"}]', [b'{"a":"\xff"}']),
        (b'{"a":"\\ud83d"}', [b'{"a":"\\ud83d"}']),
    ],
)
def test_one_odd_element_does_not_cost_its_neighbours(body: bytes, elements: list[bytes]) -> None:
    assert list(map(bytes, elements_of(body))) == elements


def test_what_is_too_deep_to_read_is_still_cut() -> None:
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    assert elements_of(b"[%b,7]" % deep) == [deep, b"7"]
    assert elements_of(deep) == [deep]


@pytest.mark.parametrize("body", [b"", b"nope", b"[1", b'{"a":1', b"[1 2]", b'{"a":1},{"b":2}'])
def test_not_json(body: bytes) -> None:
    with pytest.raises(NotJsonError):
        elements_of(body)


@pytest.mark.parametrize("body", [b"5", b'"text"', b"null", b" true "])
def test_json_of_another_shape(body: bytes) -> None:
    with pytest.raises(NotEventsError, match="neither"):
        elements_of(body)
