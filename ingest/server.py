"""The HTTP server: aiohttp's, with a shorter way to the webhook and a plain word to strangers.

A request to the webhook goes past the application's router, which costs as much as the check of
its signature. What is no HTTP gets a fixed answer: aiohttp's own quotes what was sent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from typing_extensions import override

from ingest.answers import MALFORMED, UNEXPECTED
from ingest.refusals import RefusalLog

Handler = Callable[[Any], Awaitable[web.StreamResponse]]

_BACKLOG: Final = 1024


class HttpServer:
    """Serves an application; ``posts`` handle POST on a path before the application is asked.

    ``options`` are those of aiohttp's connections.
    """

    def __init__(
        self,
        app: web.Application,
        posts: Mapping[str, Handler],
        refusals: RefusalLog,
        shutdown_s: float,
        **options: Any,  # noqa: ANN401  as aiohttp has them
    ) -> None:
        self._runner = web.AppRunner(app, shutdown_timeout=shutdown_s)
        self._posts = posts
        self._connection = partial(Connection, refusals, **options)
        self._listening: asyncio.Server | None = None

    async def start(self, host: str, port: int, *, shared: bool = False) -> int:
        """Start the application, then listen; the port. OSError when the address can't be used.

        ``shared`` lets several processes listen, among which the kernel deals connections out.
        """
        await self._runner.setup()
        server = self._runner.server
        assert server is not None  # noqa: S101  made by setup()
        server.request_handler = partial(_handle, self._posts, server.request_handler)
        self._listening = await asyncio.get_running_loop().create_server(
            partial(self._connection, server),
            host,
            port,
            backlog=_BACKLOG,
            reuse_port=shared or None,
        )
        address: tuple[str, int] = self._listening.sockets[0].getsockname()
        return address[1]

    async def close(self) -> None:
        """Take no more connections, finish the requests under way, stop the application."""
        if self._listening:
            self._listening.close()
        await self._runner.cleanup()


async def _handle(
    posts: Mapping[str, Handler], otherwise: Handler, request: web.Request
) -> web.StreamResponse:
    if request.method == hdrs.METH_POST and hdrs.EXPECT not in request.headers:
        handler = posts.get(request.raw_path.partition("?")[0])
        if handler:
            return await handler(request)
    return await otherwise(request)


class Connection(web.RequestHandler):
    """One connection of a sender."""

    __slots__ = ("_refusals",)

    def __init__(self, refusals: RefusalLog, server: web.Server, **options: Any) -> None:  # noqa: ANN401
        super().__init__(server, loop=asyncio.get_running_loop(), **options)
        self._refusals = refusals

    @override
    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be parsed, or handled, with nothing of what was sent."""
        malformed = isinstance(exc, HttpProcessingError)
        if request.writer.output_size:
            raise ConnectionResetError("an answer has been begun")
        if isinstance(exc, Exception) and not malformed:
            self._refusals.failed(UNEXPECTED, exc)
        else:
            self._refusals.refused(MALFORMED if malformed else UNEXPECTED)
        response = (MALFORMED if malformed else UNEXPECTED).response()
        response.force_close()
        return response
