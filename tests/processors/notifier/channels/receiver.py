"""An HTTP server that records what it gets and answers as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

from local.ports import free_port


class Got(msgspec.Struct):
    """A request that came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  whatever was posted
        return json.loads(self.body)


class Receiver:
    """Answers every POST alike: with a status, headers, a body; or only after ``delay_s``."""

    def __init__(self) -> None:
        self.port = free_port()
        self.got: list[Got] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: object = {"ok": True, "channel": "C1", "ts": "17.5"}
        self.delay_s = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.Response:
        path = request.path_qs
        self.got.append(Got(path, dict(request.headers), await request.read()))
        await asyncio.sleep(self.delay_s)
        return web.json_response(self.body, status=self.status, headers=self.headers)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Run a receiver while the block lasts."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", receiver.port).start()
    try:
        yield receiver
    finally:
        await runner.cleanup()
