from dataclasses import dataclass

import pytest

from ingest.answers import KAFKA_AWAY, OVERLOADED, SPOOL_FULL, RefusedError
from ingest.gate import Bounds, Gate


@dataclass
class Way:
    """Where records go, or why they can't."""

    problem: str | None = None
    is_full: bool = False


@pytest.mark.parametrize(
    ("way", "unacked", "answer"),
    [
        (Way("Kafka does not answer"), 0, KAFKA_AWAY),
        (Way("Kafka does not answer; the spool is full", is_full=True), 0, SPOOL_FULL),
        (Way(is_full=True), 101, OVERLOADED),
    ],
)
def test_who_can_not_be_served_is_turned_away(way: Way, unacked: int, answer: object) -> None:
    with pytest.raises(RefusedError) as refused:
        Gate(way, lambda: unacked, Bounds(2, 100)).check()
    assert refused.value.answer is answer


def test_a_stopping_ingress_is_not_ready_but_serves_what_still_comes() -> None:
    gate = Gate(Way(), lambda: 100, Bounds(2, 100))
    assert gate.problem() is None
    gate.stopping = True
    gate.check()
    assert gate.problem() == "stopping"


def test_requests_and_bytes_under_way_are_bounded() -> None:
    gate = Gate(Way(), lambda: 0, Bounds(2, 100))
    with gate, gate:
        with pytest.raises(RefusedError):
            gate.check()
        with gate.reading(60):
            with pytest.raises(RefusedError), gate.reading(41):
                pass
            with gate.reading(40):
                pass
        with gate.reading(101):
            pass
    assert gate.open_requests == 0
    gate.check()
