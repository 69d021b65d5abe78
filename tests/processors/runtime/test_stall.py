import pytest

from processors.runtime.stall import PATIENCE_S, Stall, StalledRecoveryError


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def look(stall: Stall, clock: Clock, *left: int | None) -> None:
    """Look every half of the patience."""
    for each in left:
        stall.look(each)
        clock.now += PATIENCE_S / 2


def test_a_recovery_that_reads_nothing_is_given_up() -> None:
    clock = Clock()
    stall = Stall(clock)
    with pytest.raises(StalledRecoveryError, match=r"^7 records .* left to read and none"):
        look(stall, clock, None, 7, 7, 7)


@pytest.mark.parametrize(
    "left", [(9, 8, 8, 7, 7), (0, 0, 0, 0), (None, None, None), (7, 7, None, 7)]
)
def test_one_that_goes_on_or_is_done_is_not(left: tuple[int | None, ...]) -> None:
    clock = Clock()
    look(Stall(clock), clock, *left)


def test_a_next_recovery_is_given_its_own_time() -> None:
    clock = Clock()
    stall = Stall(clock)
    look(stall, clock, 7, 7, None, 7, 7)
    with pytest.raises(StalledRecoveryError):
        stall.look(7)
