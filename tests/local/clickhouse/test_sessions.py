from typing import cast

import pytest

from local.clickhouse.engine import Handle
from local.clickhouse.failure import QueryError
from local.clickhouse.sessions import Sessions
from local.clickhouse.users import Access

WRITER, READER = Access(guarded=False, writes=True), Access(guarded=True, writes=False)


class FakeHandle:
    def __init__(self, writes: bool) -> None:
        self.writes = writes
        self.closed = False

    def close(self) -> None:
        self.closed = True


class Opened:
    """A clock, and what was opened."""

    def __init__(self) -> None:
        self.now = 0.0
        self.handles: list[FakeHandle] = []
        self.sessions = Sessions(self.open, lambda: self.now)

    def open(self, writes: bool) -> Handle:
        self.handles.append(FakeHandle(writes))
        return cast("Handle", self.handles[-1])


def test_without_an_id_every_request_has_a_handle_of_its_own() -> None:
    opened = Opened()
    for _ in range(2):
        with opened.sessions.handle("", WRITER, 60):
            assert not opened.handles[-1].closed
    assert [handle.closed for handle in opened.handles] == [True, True]


def test_a_session_keeps_its_handle_until_it_expires() -> None:
    opened = Opened()
    for now in (0, 50, 100):
        opened.now = now
        with opened.sessions.handle("s", WRITER, 60):
            pass
    assert len(opened.handles) == 1
    opened.now = 161
    with opened.sessions.handle("other", WRITER, 60):
        pass
    assert [handle.closed for handle in opened.handles] == [True, False]


def test_no_session_lives_longer_than_an_hour_unused() -> None:
    opened = Opened()
    with opened.sessions.handle("s", WRITER, 1e9):
        pass
    opened.now = 3_601
    with opened.sessions.handle("other", WRITER, 60):
        pass
    assert opened.handles[0].closed


def test_readers_and_writers_never_share_one() -> None:
    opened = Opened()
    with opened.sessions.handle("s", WRITER, 60), opened.sessions.handle("s", READER, 60):
        pass
    assert [handle.writes for handle in opened.handles] == [True, False]


def test_a_session_in_use_is_locked() -> None:
    opened = Opened()
    with opened.sessions.handle("s", WRITER, 60):
        with pytest.raises(QueryError) as raised, opened.sessions.handle("s", WRITER, 60):
            pass
        assert raised.value.code == 373
    with opened.sessions.handle("s", WRITER, 60):
        pass


def test_the_end_closes_all() -> None:
    opened = Opened()
    with opened.sessions.handle("s", WRITER, 60):
        pass
    opened.sessions.close()
    assert opened.handles[0].closed
