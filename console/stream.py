"""Tells every open page of the news, as server-sent events."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog
from aiohttp import web
from aiohttp_sse import EventSourceResponse

from console.problems import UNAVAILABLE, ProblemError
from pipeline.errors import PipelineError
from pipeline.metrics import CONSOLE_STREAMS

EVERY_S: Final = 2.0
_log = structlog.stdlib.get_logger("console.stream")


class Stream:
    """Makes the news only while somebody listens. Run ``run`` as a task."""

    def __init__(self, news: Callable[[], Awaitable[bytes]], most: int) -> None:
        self._news = news
        self._most = most
        self._listeners = set[asyncio.Queue[str]]()
        self._somebody = asyncio.Event()
        self._latest = ""

    async def run(self) -> None:
        """Tell the news until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._somebody.wait()
            begun = loop.time()
            await self._tell()
            await asyncio.sleep(max(EVERY_S - (loop.time() - begun), 0.0))

    async def listen(self, request: web.Request, still: Callable[[], bool]) -> web.StreamResponse:
        """Send the news for as long as the page is open and ``still`` allows it.

        ProblemError when too many listen.
        """
        if len(self._listeners) >= self._most:
            raise ProblemError(UNAVAILABLE, "Too many pages are open.")
        answer = EventSourceResponse()
        await answer.prepare(request)
        queue = asyncio.Queue[str](maxsize=1)
        if self._latest:
            queue.put_nowait(self._latest)
        self._add(queue)
        try:
            with suppress(ConnectionResetError, TimeoutError):  # closed, or read no more
                while still():
                    await answer.send(await queue.get(), event="tick")
        finally:
            self._remove(queue)
            answer.stop_streaming()
        return answer

    async def _tell(self) -> None:
        try:
            self._latest = (await self._news()).decode()
        except PipelineError as error:
            self._latest = ""
            _log.warning("no news", reason=str(error))
            return
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()  # a slow page skips what it has not read yet
            queue.put_nowait(self._latest)

    def _add(self, queue: asyncio.Queue[str]) -> None:
        self._listeners.add(queue)
        self._changed()

    def _remove(self, queue: asyncio.Queue[str]) -> None:
        self._listeners.discard(queue)
        self._changed()

    def _changed(self) -> None:
        CONSOLE_STREAMS.set(len(self._listeners))
        if self._listeners:
            self._somebody.set()
        else:
            self._somebody.clear()
            self._latest = ""
