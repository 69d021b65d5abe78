"""A way to the console that can be cut, as a network can."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CHUNK = 65_536


@dataclass
class Wire:
    """Passes bytes on between ``port`` and the console; nothing while it is cut."""

    to_port: int
    port: int = 0
    whole: bool = True
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """End every connection and refuse further ones."""
        self.whole = False
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        self.whole = True

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.whole:
            writer.transport.abort()
            return
        away, onward = await asyncio.open_connection("127.0.0.1", self.to_port)
        self._open |= {writer, onward}
        await asyncio.gather(_pass_on(reader, onward), _pass_on(away, writer))
        self._open -= {writer, onward}


@asynccontextmanager
async def wired(to_port: int) -> AsyncIterator[Wire]:
    """A wire to a console of this machine."""
    wire = Wire(to_port)
    server = await asyncio.start_server(wire.accept, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.cut()
        await server.wait_closed()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()
