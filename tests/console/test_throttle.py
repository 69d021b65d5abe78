"""Guessing is slowed down, for one key at a time, in bounded memory."""

from console.throttle import Throttle


def test_after_so_many_failures_a_key_waits_until_the_oldest_is_past() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0], most=3, span_s=100)
    for at in (0.0, 10.0, 20.0):
        now[0] = at
        assert throttle.wait_s("a") == 0
        throttle.tried("a")
    assert (throttle.wait_s("a"), throttle.wait_s("b")) == (80, 0)
    now[0] = 100.0
    assert throttle.wait_s("a") == 0
    throttle.tried("a")
    assert throttle.wait_s("a") == 10
    throttle.take_back("a")
    assert throttle.wait_s("a") == 0
    for _ in range(3):
        throttle.tried("a")
    throttle.forget("a")
    assert throttle.wait_s("a") == 0


def test_the_keys_longest_unused_are_forgotten() -> None:
    throttle = Throttle(lambda: 0.0, most=1, span_s=100)
    for number in range(10_001):
        throttle.tried(number)
    assert (throttle.wait_s(0), throttle.wait_s(1)) == (0, 100)
