"""A program that is started again whenever it ends, until it is no longer wanted."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

_PAUSE_S: Final = 0.2


class Kept:
    """One program; its output of all starts goes to ``log``."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._argv = argv
        self._environment = {**os.environ, **environment}
        self._log = log
        self._wanted = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._said_before = 0
        self.starts = 0
        self.kills = 0

    @asynccontextmanager
    async def here(self) -> AsyncIterator[None]:
        """Run it while the block lasts, and kill it at the end."""
        self._wanted.set()
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
            await self._end()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Kill it, and start it again only after the block."""
        self._wanted.clear()
        self.kill()
        try:
            yield
        finally:
            self._wanted.set()

    def kill(self) -> None:
        """``kill -9``; counts only when it was running."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            self.kills += 1
            self._said_before = self._log.stat().st_size

    def send(self, signum: signal.Signals) -> None:
        """Send a signal that does not end it."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signum)

    def says(self, text: str) -> bool:
        """Whether this is in its output since it was last started or killed."""
        if not self._log.exists():
            return False
        return text.encode() in self._log.read_bytes()[self._said_before :]

    async def _keep(self) -> None:
        while True:
            await self._wanted.wait()
            with self._log.open("ab") as output:
                self._said_before = output.tell()
                self._process = await asyncio.create_subprocess_exec(
                    *self._argv, env=self._environment, stdout=output, stderr=output
                )
            self.starts += 1
            await self._process.wait()
            await asyncio.sleep(_PAUSE_S)

    async def _end(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self.kill()
            await self._process.wait()
