"""Keeps one worker running: starts it again when it dies, and lets it end in peace."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import structlog

_FIRST_PAUSE_SECONDS: Final = 0.2
_LONGEST_PAUSE_SECONDS: Final = 30.0
_HEALTHY_SECONDS: Final = 30.0
_log: Final = structlog.stdlib.get_logger("ingest")


class Keeper:
    """Runs a command in a task of its own, again and again, with growing pauses."""

    def __init__(self, number: int, argv: Sequence[str], useless: int) -> None:
        self._number = number
        self._argv = tuple(argv)
        self._useless = useless
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def keep(self) -> None:
        """Return after ``stop``, or when the first try ends with the exit code ``useless``."""
        pause = _FIRST_PAUSE_SECONDS
        first = True
        while not self._stopping.is_set():
            begun = time.monotonic()
            code = await self._run()
            if self._stopping.is_set() or (first and code == self._useless):
                return
            first = False
            if time.monotonic() - begun >= _HEALTHY_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            _log.error("a worker ended", worker=self._number, status=code, again_in_s=pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        """Ask it to end as on SIGTERM, and start it no more."""
        self._stopping.set()
        if self._process:
            with suppress(ProcessLookupError):
                self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        if self._process:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _run(self) -> int:
        self._process = await asyncio.create_subprocess_exec(
            *self._argv, stdin=asyncio.subprocess.PIPE
        )
        if self._stopping.is_set():
            self.stop()
        return await self._process.wait()
