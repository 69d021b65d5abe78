"""Serves a yardstick of the ingress: one handler on aiohttp and uvloop, at the ingress's path."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import uvloop
from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.Response]]


def serve(port: int, handler: AbstractAsyncContextManager[Handler]) -> None:
    """Serve until killed; what the handler needs lives as long as its context."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(port, handler))


@asynccontextmanager
async def needing_nothing(handler: Handler) -> AsyncIterator[Handler]:
    """Give a handler that needs no connection of its own."""
    yield handler


async def _serve(port: int, handler: AbstractAsyncContextManager[Handler]) -> None:
    async with handler as receive:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/twilio/events", receive)
        app.router.add_get("/readyz", _ready)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
        await asyncio.Event().wait()


async def _ready(_: web.Request) -> web.Response:
    return web.Response()
