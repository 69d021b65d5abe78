"""aiokafka's own encoding is the oracle."""

from typing import Any

import pytest
from aiokafka.protocol import produce
from hypothesis import given
from hypothesis import strategies as st

from ingest.lean_requests import encoded

VERSIONS = [
    getattr(produce, f"ProduceRequest_v{number}")
    for number in range(99)
    if hasattr(produce, f"ProduceRequest_v{number}")
]
BATCHES = st.none() | st.binary() | st.binary().map(bytearray)
PARTITIONS = st.lists(st.tuples(st.integers(0, 2**31 - 1), BATCHES), max_size=3)
TOPICS = st.lists(st.tuples(st.text(max_size=9), PARTITIONS), max_size=3)


def request(version: Any, acks: int, topics: Any) -> Any:  # noqa: ANN401  aiokafka's types
    transactional = "transactional_id" in version.SCHEMA.names
    return version(*([None] if transactional else []), acks, 30_000, topics)


@pytest.mark.parametrize("version", VERSIONS)
@given(acks=st.sampled_from([-1, 0, 1]), topics=TOPICS)
def test_the_bytes_are_those_of_aiokafka(version: Any, acks: int, topics: Any) -> None:  # noqa: ANN401  as above
    made = request(version, acks, topics)
    names = made.SCHEMA.names
    assert encoded(made) == made.SCHEMA.encode([getattr(made, name) for name in names])


def test_all_versions_aiokafka_speaks_are_tried() -> None:
    assert len(VERSIONS) >= 8
