from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import RecordInfo, join, partition_of, raw_headers, read_headers


def test_a_value_is_a_json_array() -> None:
    assert join([b'{"a":1}', b"2"]) == b'[{"a":1},2]'
    assert join([]) == b"[]"


def test_the_partition_is_librdkafkas_consistent_one() -> None:
    assert partition_of("123456789", 2**32) == 0xCBF43926  # the algorithm's published check value
    assert partition_of("123456789", 8) == 0xCBF43926 % 8


@given(st.integers(0, 10**15), st.text(max_size=20), st.integers(0, 10_000))
def test_headers_round_trip(received_at: int, ingress: str, events: int) -> None:
    info = RecordInfo(received_at, ingress, events)
    assert read_headers(raw_headers(info), timestamp=0) == info


def test_a_foreign_record_was_received_at_its_timestamp() -> None:
    assert read_headers([("received-at", b"x")], timestamp=77) == RecordInfo(77, "", 0)
