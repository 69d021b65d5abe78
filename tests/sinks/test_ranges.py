from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.buffer import Buffer, Decoded
from sinks.load import Source
from sinks.offsets import Position, position
from sinks.ranges import Partition, Range, read_intent

HERE = Partition("twilio.messaging", 3)


@given(st.integers(0, 2**62), st.integers(0, 10**6))
def test_an_intent_is_read_back_from_its_token(first: int, length: int) -> None:
    intent = Range(HERE, first, first + length)
    assert read_intent(intent.token, HERE) == intent
    assert read_intent(intent.fresh_token("n0nce"), HERE) == intent


@pytest.mark.parametrize(
    "metadata",
    ["", None, "something", "v1|twilio.voice|3|1-2", "v1|twilio.messaging|4|1-2",
     "v1|twilio.messaging|3|2-1"],
)  # fmt: skip
def test_foreign_metadata_is_no_intent(metadata: str | None) -> None:
    assert read_intent(metadata, HERE) is None


@pytest.mark.parametrize(
    ("offset", "start", "kept", "lost"),
    [
        (5, 5, True, 0),
        (20, 20, True, 0),
        (2, 4, True, 2),
        (-1, 4, False, 0),
        (21, 4, False, 0),
    ],
)
def test_where_to_go_on_in_a_log_of_4_to_20(
    offset: int, start: int, lost: int, *, kept: bool
) -> None:
    intent = Range(HERE, 5, 9)
    expected = Position(start, intent if kept else None, lost)
    assert position(intent, offset, range(4, 21)) == expected


def record(offset: int, rows: int = 1) -> Decoded:
    place = ("t", 3, offset)
    return Decoded(HERE, offset, "events_store", [(*place, i) for i in range(rows)], [])


def test_a_found_intent_is_never_mixed_with_what_is_behind_it() -> None:
    buffer = Buffer({HERE: Range(HERE, 5, 7)})
    for offset in range(5, 10):
        buffer.add(record(offset), 0.0)
    (first,) = buffer.take(1.0)
    assert (first.range, first.until) == (Range(HERE, 5, 7), 7)
    (second,) = buffer.take(1.0)
    assert (second.range, second.until) == (Range(HERE, 8, 9), None)
    assert (buffer.rows, buffer.since) == (0, None)


def test_the_rest_of_an_intent_goes_on_with_the_next_load() -> None:
    buffer = Buffer({HERE: Range(HERE, 5, 7)})
    buffer.add(record(5), 0.0)
    (first,) = buffer.take(1.0)
    assert first.rest_of_intent() == Range(HERE, 6, 7)
    buffer.add(record(6), 2.0)
    buffer.add(record(7), 2.0)
    (second,) = buffer.take(3.0)
    assert (second.range, second.until) == (Range(HERE, 6, 7), 7)
    assert second.rest_of_intent() is None


def test_a_buffer_is_full_by_rows_or_bytes_and_ages() -> None:
    buffer = Buffer({})
    assert not buffer.aged(100.0, seconds=0.5)
    three = record(0, rows=3)
    three.source = Source(b"12345", 0)
    buffer.add(three, 100.0)
    assert not buffer.full(rows=4, size=6)
    assert buffer.full(rows=3, size=6)
    assert buffer.full(rows=4, size=5)
    assert not buffer.aged(100.4, seconds=0.5)
    assert buffer.aged(100.5, seconds=0.5)
    buffer.take(101.0)
    assert (buffer.rows, buffer.bytes, buffer.since) == (0, 0, None)
