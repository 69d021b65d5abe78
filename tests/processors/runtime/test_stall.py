import pytest

from processors.runtime.stall import PATIENCE, Stall, StalledRecoveryError


def look(stall: Stall, *left: int | None) -> None:
    """Look at each for half of the patience."""
    for each in left:
        for _ in range(PATIENCE // 2):
            stall.look(each)


@pytest.mark.parametrize("left", [7, 0])
def test_a_recovery_that_reads_nothing_is_given_up(left: int) -> None:
    stall = Stall()
    look(stall, None, left, left)
    with pytest.raises(StalledRecoveryError, match=rf"^{left} records .* left to read and none"):
        stall.look(left)


@pytest.mark.parametrize(
    "left", [(9, 8, 8, 7, 7), (None, None, None, None), (7, 7, None, 7, 7), (2, 1, 0, 0, None)]
)
def test_one_that_goes_on_or_is_done_is_not(left: tuple[int | None, ...]) -> None:
    look(Stall(), *left)


def test_a_next_recovery_is_given_its_own_time() -> None:
    stall = Stall()
    look(stall, 7, 7, None, 7, 7)
    with pytest.raises(StalledRecoveryError):
        stall.look(7)
