import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import join
from pipeline.twilio.envelope import NotAnEventError, read_envelope, split

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(JSON.map(msgspec.json.encode)))
def test_elements_come_out_byte_for_byte(elements: list[bytes]) -> None:
    assert [bytes(raw) for raw in split(join(elements))] == elements


@pytest.mark.parametrize("value", [b"", b"{}", b"[1", b"\xff\xfe", b"null", b"[1]x", b"[" * 10_000])
def test_what_is_no_array(value: bytes) -> None:
    with pytest.raises(NotAnEventError):
        split(value)


def test_data_may_be_a_json_text() -> None:
    envelope = read_envelope(rb'{"id":"E","type":"t","data":"{\"test_id\":\"x\"}"}')
    assert envelope.data == {"test_id": "x"}


@pytest.mark.parametrize("data", [b"5", b"[]", b'"no json"', b"null", b'"[1]"'])
def test_data_that_is_no_object_is_empty(data: bytes) -> None:
    assert read_envelope(b'{"id":"E","type":"t","data":' + data + b"}").data == {}


@pytest.mark.parametrize(
    "element", [b"5", b"{}", b'{"id":"E"}', b'{"id":1,"type":"t"}', b'{"id":"","type":"t"}', b"{"]
)
def test_what_is_no_event(element: bytes) -> None:
    with pytest.raises(NotAnEventError):
        read_envelope(element)


@given(JSON.map(msgspec.json.encode))
def test_nothing_but_not_an_event_is_raised(element: bytes) -> None:
    try:
        envelope = read_envelope(element)
    except NotAnEventError:
        return
    assert isinstance(envelope.data, dict)
