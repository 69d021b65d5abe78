"""The ingress's yardstick: an aiohttp handler on uvloop that only reads the body and answers.

``python -m benchmarks.bare PORT``
"""

import asyncio
import sys

import uvloop
from aiohttp import web


async def _read(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


async def _ready(_: web.Request) -> web.Response:
    return web.Response()


async def _serve(port: int) -> None:
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_post("/twilio/events", _read)
    app.router.add_get("/readyz", _ready)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as main:
        main.run(_serve(int(sys.argv[1])))
