import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.runtime.fold import Item
from processors.runtime.row import ORIGIN, RowId, StateRow
from processors.runtime.segments import read_rows, row_keys, row_records

PLACE = ("twilio.messaging", 3)


def row(sequence: int, body: bytes) -> StateRow:
    news = [Item("twilio.outcomes", "SM1", b'{"id":"SM1/failed"}')]
    return StateRow(*PLACE, RowId(7, sequence), ORIGIN, 41, body, RowId(7, 0), news)


@given(st.lists(st.binary(max_size=900), max_size=5), st.integers(50, 400), st.randoms())
def test_rows_come_back_from_records_of_any_size(
    bodies: list[bytes], limit: int, shuffle: random.Random
) -> None:
    rows = [row(sequence, body) for sequence, body in enumerate(bodies)]
    records = [record for each in rows for record in row_records(each, limit)]
    assert all(len(value) <= limit for _, value in records)
    shuffle.shuffle(records)
    found = read_rows(records)
    assert found.keys() == ({PLACE} if rows else set())
    for place in found:
        restored = sorted(found[place].rows, key=lambda each: each.id)
        assert [each.body for each in restored] == bodies
        assert {key for each in restored for key in row_keys(each)} == {key for key, _ in records}
        assert not found[place].remains


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_row_that_lacks_a_segment_was_never_written(lost: int) -> None:
    whole, cut = row(0, b"small"), row(1, bytes(900))
    records = row_records(cut, 400)
    assert len(records) == 3
    kept = [record for index, record in enumerate(records) if index != lost]
    found = read_rows([*row_records(whole), *kept])[PLACE]
    assert found.rows == [whole]
    assert found.remains == [key for key, _ in kept]


def test_a_small_row_is_one_record_and_a_deleted_one_none() -> None:
    ((key, value),) = row_records(row(5, b"x"))
    assert key == b"twilio.messaging|3|7|5"
    assert read_rows([(key, value)])[PLACE].rows == [row(5, b"x")]
    assert not read_rows([(key, None)])
