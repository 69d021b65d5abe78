import pytest

from ingest.answers import KAFKA_AWAY, OVERLOADED, RefusedError
from ingest.gate import Bounds, Gate


@pytest.mark.parametrize(
    ("problem", "unacked", "answer"),
    [("Kafka does not answer", 0, KAFKA_AWAY), (None, 101, OVERLOADED)],
)
def test_who_can_not_be_served_is_turned_away(
    problem: str | None, unacked: int, answer: object
) -> None:
    with pytest.raises(RefusedError) as refused:
        Gate(lambda: problem, lambda: unacked, Bounds(2, 100)).check()
    assert refused.value.answer is answer


def test_a_stopping_ingress_is_not_ready_but_serves_what_still_comes() -> None:
    gate = Gate(lambda: None, lambda: 100, Bounds(2, 100))
    assert gate.problem() is None
    gate.stopping = True
    gate.check()
    assert gate.problem() == "stopping"


def test_requests_and_bytes_under_way_are_bounded() -> None:
    gate = Gate(lambda: None, lambda: 0, Bounds(2, 100))
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
