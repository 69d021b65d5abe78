from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from aiokafka import ConsumerRecord, TopicPartition
from prometheus_client import REGISTRY

from sinks.assignment import Assignment
from sinks.offsets import Position

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE, THERE = TopicPartition("t", 0), TopicPartition("t", 1)


def fetched(tp: TopicPartition, *offsets: int) -> dict[TopicPartition, Sequence[ConsumerRecord]]:
    return {tp: [cast("ConsumerRecord", SimpleNamespace(offset=offset)) for offset in offsets]}


def offsets(records: Sequence[ConsumerRecord]) -> list[int]:
    return [record.offset for record in records]


def test_what_was_delivered_before_is_dropped() -> None:
    assignment = Assignment({HERE: Position(5, None)})
    assert offsets(assignment.accept(fetched(HERE, 3, 4, 5, 6))) == [5, 6]
    assert offsets(assignment.accept(fetched(HERE, 6, 7))) == [7]
    assert assignment.rewind == {}


def test_a_hole_is_read_again_before_it_is_believed() -> None:
    assignment = Assignment({HERE: Position(5, None)})
    assert offsets(assignment.accept(fetched(HERE, 5, 8, 9))) == [5]
    assert assignment.rewind == {HERE: 6}
    assert offsets(assignment.accept(fetched(HERE, 6, 7, 8))) == [6, 7, 8]
    assert assignment.rewind == {}


def test_a_hole_that_stays_is_kafkas_own() -> None:
    assignment = Assignment({HERE: Position(5, None)})
    assignment.accept(fetched(HERE, 7, 8))
    assert assignment.rewind == {HERE: 5}
    assert offsets(assignment.accept(fetched(HERE, 7, 8))) == [7, 8]
    assert offsets(assignment.accept(fetched(HERE, 11))) == []
    assert assignment.rewind == {HERE: 9}


def test_a_partition_of_others_is_left_alone() -> None:
    assert Assignment({HERE: Position(0, None)}).accept(fetched(THERE, 0)) == []


def test_what_kafka_no_longer_has_is_counted_as_lost() -> None:
    gone = TopicPartition("gone", 0)
    assignment = Assignment({gone: Position(5, None)})
    for _ in range(2):
        assignment.accept(fetched(gone, 9))
    assert REGISTRY.get_sample_value("twilio_sink_lost_records_total", {"topic": "gone"}) == 4


def test_the_lag_is_what_is_not_read_yet() -> None:
    assignment = Assignment({HERE: Position(5, None), THERE: Position(0, None)})
    ends = {HERE: 9}
    assert assignment.lag("t", ends.get) == 4
    assignment.accept(fetched(HERE, 5, 6))
    assert assignment.lag("t", ends.get) == 2
    assert assignment.lag("another", ends.get) == 0
