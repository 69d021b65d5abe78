from faust.types import TP

from processors.runtime.starvation import PATIENCE, Reading, Starvation

PLACE = TP("twilio.voice", 3)


def at(
    next_offset: int,
    *,
    position: int | None = 100,
    polled_ms: int | None = None,
    is_queued: bool = False,
) -> Reading:
    return Reading(next_offset, position, polled_ms, is_queued)


def starving(*readings: Reading | None, beginning: int = 0) -> list[bool]:
    """Whether the partition starves at each look while Kafka has 100 records; None: no answer."""
    starvation = Starvation()
    return [
        starvation.look({PLACE: reading}, {PLACE: (beginning, 100)}) == [PLACE]
        if reading
        else bool(starvation.look({PLACE: at(40)}, {}))
        for reading in readings
    ]


def test_one_that_was_given_out_and_not_folded_starves() -> None:
    polled = [at(40, polled_ms=number) for number in range(PATIENCE + 1)]
    assert starving(*polled) == [False] * PATIENCE + [True]


def test_one_that_is_not_polled_starves() -> None:
    assert starving(*[at(40, position=40, polled_ms=7)] * (PATIENCE + 1))[-1]
    assert starving(*[at(0, position=None)] * (PATIENCE + 1))[-1]


def test_one_that_is_folded_does_not() -> None:
    assert not any(starving(*[at(number, position=number) for number in range(90)]))


def test_one_that_waits_for_its_turn_does_not() -> None:
    polled = [at(40, position=40, polled_ms=number) for number in range(20)]
    assert not any(starving(*polled))
    assert not any(starving(*[at(40, is_queued=True)] * 20))


def test_one_that_is_read_to_its_end_does_not() -> None:
    assert not any(starving(*[at(100)] * 20))
    assert not any(starving(*[at(40)] * 20, beginning=100))  # retention deleted the rest


def test_while_kafka_does_not_answer_nothing_starves() -> None:
    looks = [at(40)] * PATIENCE
    assert starving(*looks, None, *looks, at(40)) == [False] * (2 * PATIENCE + 1) + [True]


def test_partitions_that_were_given_away_are_forgotten() -> None:
    starvation = Starvation()
    for _ in range(PATIENCE):
        assert not starvation.look({PLACE: at(40)}, {PLACE: (0, 100)})
    assert not starvation.look({}, {PLACE: (0, 100)})
    assert not starvation.look({PLACE: at(40)}, {PLACE: (0, 100)})
