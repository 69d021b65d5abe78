"""A worker believes in its ownership for half a session after a commit, by a clock that runs on."""

from dataclasses import dataclass

from processors.runtime.app import SESSION_S
from processors.runtime.lease import TERM_S, Lease, boot_clock


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_is_valid_from_the_asking_of_a_commit_for_half_a_session() -> None:
    clock = Clock()
    lease = Lease(clock)
    assert not lease.is_valid
    asked = lease.now
    clock.now += 1
    lease.renew(asked)
    assert lease.is_valid
    clock.now = 100 + TERM_S - 0.01
    assert lease.is_valid
    clock.now = 100 + TERM_S
    assert not lease.is_valid
    assert SESSION_S / 2 == TERM_S


def test_the_clock_runs() -> None:
    first = boot_clock()
    assert boot_clock() >= first > 0
