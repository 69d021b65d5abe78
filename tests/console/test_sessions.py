"""Sessions end when unused, when old, and when told."""

import gc

from console.sessions import Session, Sessions


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_unused_or_old() -> None:
    clock = Clock()
    sessions = Sessions(clock, idle_s=60, longest_s=150)
    token = sessions.begin("ada", "proof")
    clock.now += 59
    assert sessions.find(token) is not None
    clock.now += 59  # it was used in between
    assert sessions.find(token) is not None
    clock.now += 31
    assert sessions.find(token) is not None
    clock.now += 1  # 150 in all
    assert sessions.find(token) is None
    unused = sessions.begin("ada", "proof")
    clock.now += 60
    assert sessions.find(unused) is None


def test_each_login_is_a_session_of_its_own() -> None:
    sessions = Sessions(Clock(), idle_s=60, longest_s=150)
    first, second = sessions.begin("ada", "p"), sessions.begin("ada", "p")
    one, other = sessions.find(first), sessions.find(second)
    assert one is not None
    assert other is not None
    assert first != second
    assert one.csrf != other.csrf
    sessions.end(first)
    assert sessions.find(first) is None
    assert sessions.find(second) is other
    assert sessions.find("") is None


def test_the_token_is_kept_nowhere() -> None:
    sessions = Sessions(Clock(), idle_s=60, longest_s=150)
    token = sessions.begin("ada", "proof")
    kept = [repr(vars(sessions)), *(repr(s) for s in gc.get_objects() if isinstance(s, Session))]
    assert not any(token in text for text in kept)


def test_ended_sessions_are_forgotten() -> None:
    clock = Clock()
    sessions = Sessions(clock, idle_s=60, longest_s=150)
    for _ in range(5):
        sessions.begin("ada", "proof")
    clock.now += 60
    sessions.begin("ada", "proof")
    assert len(vars(sessions)["_by_digest"]) == 1
