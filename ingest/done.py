"""The one response nearly every request gets: 200 without a body, written as it is.

aiohttp builds headers for each response; here they are the same for all of a second.
"""

from email.utils import formatdate
from time import time
from typing import Final

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter
from typing_extensions import override


class Done(web.StreamResponse):
    """A response without state, so one object serves all requests that ``fits`` allows."""

    def __init__(self) -> None:
        super().__init__()
        self._second = 0
        self._bytes = b""

    @staticmethod
    def fits(request: web.BaseRequest) -> bool:
        """Whether the connection goes on: only then no header must say that it does not."""
        return request.keep_alive and request.version == HttpVersion11

    @property
    @override
    def keep_alive(self) -> bool:
        return True

    @override
    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the sender has gone")
        transport.write(self._head())
        return None

    @override
    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing follows the head."""

    def _head(self) -> bytes:
        second = int(time())
        if second != self._second:
            self._second = second
            date = formatdate(second, usegmt=True)
            self._bytes = f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: {date}\r\n\r\n".encode()
        return self._bytes


DONE: Final = Done()
