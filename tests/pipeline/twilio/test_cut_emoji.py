import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.twilio.envelope import NotAnEventError, cut, mended, read_envelope, split

TEXTS = st.text(st.sampled_from('ab\\"\ud83d\ude00\u00e9\U0001f600'), max_size=12)


@given(text=TEXTS)
def test_only_halves_of_pairs_are_replaced_and_the_length_stays(text: str) -> None:
    written = json.dumps(text).encode()
    # What is a pair once written is one to every reader.
    read = json.loads(written)
    expected = "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in read)
    assert json.loads(mended(written)) == expected
    assert len(mended(written)) == len(written)


def test_an_event_with_half_an_emoji_is_an_event() -> None:
    element = rb'{"id":"EZ1","type":"x","data":{"messageSid":"SM1","body":"hi \ud83d"}}'
    assert read_envelope(element).data == {"messageSid": "SM1", "body": "hi \ufffd"}
    first, second = split(b"[%b,7]" % element)
    assert (bytes(first), bytes(second)) == (element.replace(rb"\ud83d", rb"\ufffd"), b"7")
    with pytest.raises(NotAnEventError):
        cut(b"[%b,7]" % element)


def test_data_that_is_a_text_may_hold_half_an_emoji_too() -> None:
    data = json.dumps(r'{"messageSid":"SM1","body":"\ud83d"}').encode()
    element = b'{"id":"EZ1","type":"x","data":%b}' % data
    assert read_envelope(element).data["messageSid"] == "SM1"
