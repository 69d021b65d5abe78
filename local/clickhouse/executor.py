"""Runs one request on the engine: as whom, with which settings, in which session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.clickhouse.analyst_settings import analyst_settings
from local.clickhouse.guard import Guard
from local.clickhouse.sessions import Sessions
from local.clickhouse.statement import as_insert

if TYPE_CHECKING:
    from local.clickhouse.engine import Answer, Engine, Handle
    from local.clickhouse.request import QueryRequest
    from local.clickhouse.users import Access


class Executor:
    """Blocking; threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._sessions = Sessions(engine.handle)
        handle = engine.handle(writes=False)
        self._guard = Guard(handle)
        handle.close()

    def run(self, request: QueryRequest, access: Access) -> Answer:
        """Run it; raises QueryError."""
        lease = self._sessions.handle(request.session_id, access, request.session_seconds)
        with lease as handle:
            if request.database:
                handle.use(request.database)
            return self._run_with_settings(handle, request, access)

    def close(self) -> None:
        """End all sessions."""
        self._sessions.close()

    def _run_with_settings(self, handle: Handle, request: QueryRequest, access: Access) -> Answer:
        guarded = access.guarded
        settings = analyst_settings(request.settings) if guarded else request.settings
        try:
            handle.set(settings)
            return self._execute(handle, request, access)
        finally:
            if request.session_id:
                handle.reset(settings)

    def _execute(self, handle: Handle, request: QueryRequest, access: Access) -> Answer:
        if access.writes and (insert := as_insert(request.text)):
            return handle.insert(insert)
        statement = request.text.decode(errors="replace")
        if access.guarded:
            statement = self._guard.admit(handle, statement)
        elif access.sink:
            statement = self._guard.admit_sink(handle, statement)
        return handle.query(statement, request.form, request.parameters)
