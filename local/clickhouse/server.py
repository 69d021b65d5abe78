"""ClickHouse's HTTP interface: /, /ping and /replicas_status."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from aiohttp import web

from local.clickhouse.failure import QueryError
from local.clickhouse.request import read_request
from local.clickhouse.response import answered, failed

if TYPE_CHECKING:
    from local.clickhouse.executor import Executor
    from local.clickhouse.users import Users

#: A sink's insert is some MB; this bounds what one request may make the server hold.
MAX_BODY_BYTES: Final = 256 << 20
_AT_ONCE: Final = 8
_LONGEST_LINE: Final = 1 << 20  # bytes of URL: queries and parameters may stand in it


class ClickHouseServer:
    """Serves one executor; queries block, so they run in threads."""

    def __init__(self, executor: Executor, users: Users, max_body: int = MAX_BODY_BYTES) -> None:
        self._executor = executor
        self._users = users
        self._max_body = max_body
        # Apart, so that analysts' long queries never keep the sink waiting.
        self._analysts = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="analyst")
        self._writers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="writer")

    def runner(self) -> web.AppRunner:
        """Build what serves it; the caller binds it to an address.

        Bodies are decompressed by us, bounded, and not by aiohttp.
        """
        app = web.Application(client_max_size=self._max_body)
        app.router.add_get("/ping", _ok)
        app.router.add_get("/replicas_status", _ok)
        app.router.add_route("*", "/", self._root)
        return web.AppRunner(
            app,
            access_log=None,
            auto_decompress=False,
            max_line_size=_LONGEST_LINE,
            shutdown_timeout=5.0,
        )

    async def stop(self) -> None:
        """Wait for the queries that still run."""
        for threads in (self._analysts, self._writers):
            await asyncio.to_thread(threads.shutdown)

    async def _root(self, request: web.Request) -> web.Response:
        if request.method == "GET" and not request.query_string:
            return await _ok(request)
        query_id = request.query.get("query_id", "")
        try:
            return await self._query(request)
        except QueryError as error:
            return failed(error, query_id)

    async def _query(self, request: web.Request) -> web.Response:
        access = self._users.authenticate(request.method, request.headers, request.query)
        query = await read_request(request, self._max_body)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(
            self._analysts if access.guarded else self._writers,
            lambda: self._executor.run(query, access),
        )
        return answered(query, answer)


async def _ok(_: web.Request) -> web.Response:
    return web.Response(text="Ok.\n")
