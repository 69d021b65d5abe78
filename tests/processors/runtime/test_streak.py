import pytest

from processors.runtime.streak import LIMIT, PATIENCE_S, BrokenFoldError, Streak


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_success_shows_that_the_record_was_at_fault() -> None:
    streak = Streak(Clock())
    streak.failed("t/0/1")
    assert streak.undecided
    streak.succeeded()
    assert not streak.undecided


def test_many_failures_in_a_row_are_the_folds_fault_for_good() -> None:
    clock = Clock()
    streak = Streak(clock)
    streak.succeeded()
    for number in range(LIMIT - 1):
        streak.failed(f"t/0/{number}")
    with pytest.raises(BrokenFoldError, match=r"20 records in a row .* t/0/19 .* release"):
        streak.failed("t/0/19 (ValueError at fold.py:7)")
    clock.now += 10 * PATIENCE_S
    assert streak.undecided


def test_failures_with_successes_between_never_add_up() -> None:
    streak = Streak(Clock())
    for number in range(3 * LIMIT):
        streak.failed(f"t/0/{number}")
        streak.succeeded()
    assert not streak.undecided


def test_a_failure_that_nothing_follows_is_a_poison_record_after_a_while() -> None:
    clock = Clock()
    streak = Streak(clock)
    streak.succeeded()
    streak.failed("t/0/1")
    assert streak.undecided
    clock.now += PATIENCE_S
    assert not streak.undecided


def test_a_worker_that_never_folded_anything_doubts_itself_not_the_records() -> None:
    clock = Clock()
    streak = Streak(clock)
    streak.failed("t/0/1")
    clock.now += 100 * PATIENCE_S
    assert streak.undecided
