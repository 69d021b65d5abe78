from __future__ import annotations

from sinks.errors import OverloadedError, TooLargeError
from sinks.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def test_too_many_parts_make_the_pauses_longer_and_success_makes_them_shorter() -> None:
    clock = Clock()
    pace = Pace(20_000, clock.sleep)
    await pace.wait()
    for _ in range(3):
        pace.slow(OverloadedError("too many parts"))
        await pace.wait()
    pace.recover()
    await pace.wait()
    assert clock.slept == [1.0, 2.0, 4.0, 2.0]
    assert pace.rows == 20_000
    for _ in range(6):
        pace.recover()
    assert pace.pause == 0.0


def test_a_pause_is_never_longer_than_a_minute() -> None:
    pace = Pace(20_000)
    for _ in range(20):
        pace.slow(OverloadedError("too many parts"))
    assert pace.pause == 60.0


def test_inserts_halve_when_memory_runs_out_and_grow_again() -> None:
    pace = Pace(20_000)
    pace.slow(TooLargeError("memory"))
    assert (pace.rows, pace.pause) == (10_000, 0.0)
    for _ in range(9):
        pace.slow(TooLargeError("memory"))
    assert pace.rows == 500
    pace.recover()
    assert pace.rows == 626
    for _ in range(16):
        pace.recover()
    assert pace.rows == 20_000
