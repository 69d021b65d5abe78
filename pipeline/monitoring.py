"""The HTTP routes by which a part tells whether it lives, is ready, and how it does."""

import socket
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from pipeline.errors import ConfigurationError
from pipeline.metrics import READY

#: Gives None when ready, else the reason in a few words.
Readiness = Callable[[], str | None]


def add_routes(
    app: web.Application, readiness: Readiness, state: Callable[[], str] = lambda: "ready"
) -> None:
    """Add GET /healthz, /readyz (200 with the state, or 503 with the reason) and /metrics."""
    add_health(app, readiness, state)
    READY.set_function(lambda: float(readiness() is None))
    app.router.add_get("/metrics", _metrics)


def add_health(
    app: web.Application, readiness: Readiness, state: Callable[[], str] = lambda: "ready"
) -> None:
    """Add GET /healthz and /readyz alone, where /metrics are another's to tell."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        reason = readiness()
        return web.Response(status=503 if reason else 200, text=f"{reason or state()}\n")

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else starts; ConfigurationError when that is impossible."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise ConfigurationError(
            f"can't serve metrics on {host}:{port}: {error.strerror}; stop what uses it, or set "
            "another METRICS_PORT (see docs/reference/settings.md)"
        ) from error


async def serve(listening: socket.socket, readiness: Readiness) -> web.AppRunner:
    """Serve the routes beside a part's own work; ``cleanup()`` the runner to stop."""
    app = web.Application()
    add_routes(app, readiness)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    return runner
