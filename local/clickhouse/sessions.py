"""Handles that outlive a request, by the session id that the client chose."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from local.clickhouse.failure import SESSION_IS_LOCKED, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.clickhouse.engine import Handle
    from local.clickhouse.users import Access

_LONGEST_SECONDS: Final = 3_600.0


@dataclass(slots=True)
class _Session:
    handle: Handle
    lock: threading.Lock
    expires: float


class Sessions:
    """Hands out a handle for one request at a time; threads may share it.

    Those that may write and those that may not never meet, whatever id they choose: the
    engine does not take read-only back.
    """

    def __init__(
        self,
        open_handle: Callable[[bool], Handle],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open_handle
        self._clock = clock
        self._sessions: dict[tuple[str, Access], _Session] = {}
        self._lock = threading.Lock()

    @contextmanager
    def handle(self, session_id: str, access: Access, seconds: float) -> Iterator[Handle]:
        """Yield the session's handle, or a fresh one when the id is empty.

        Raises QueryError when another request of the session is still running.
        """
        if not session_id:
            handle = self._open(access.writes)
            try:
                yield handle
            finally:
                handle.close()
            return
        session = self._lease(session_id, access)
        try:
            yield session.handle
        finally:
            session.expires = self._clock() + min(seconds, _LONGEST_SECONDS)
            session.lock.release()

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            for session in self._sessions.values():
                session.handle.close()
            self._sessions.clear()

    def _lease(self, session_id: str, access: Access) -> _Session:
        with self._lock:
            self._drop_expired()
            session = self._sessions.get((session_id, access))
            if session is None:
                session = _Session(self._open(access.writes), threading.Lock(), 0.0)
                self._sessions[session_id, access] = session
            if not session.lock.acquire(blocking=False):
                raise QueryError.refused(SESSION_IS_LOCKED, "Session is locked by another query")
            return session

    def _drop_expired(self) -> None:
        now = self._clock()
        for key, session in list(self._sessions.items()):
            if session.expires < now and session.lock.acquire(blocking=False):
                session.handle.close()
                del self._sessions[key]
