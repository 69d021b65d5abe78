"""One operating system process of a part."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from local.supervisor.part import Part

_LEASH = Path(__file__).with_name("leash.py")
_LAST_BYTES = 4096


class Child:
    """A started process; it ends when it does, or when told to."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, part: Part) -> Self:
        """Start it on a leash, away from the terminal's Ctrl-C, writing to the part's log."""
        part.log.parent.mkdir(parents=True, exist_ok=True)
        leash = (sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()))
        with part.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *leash,
                *part.argv,
                env={**os.environ, **part.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return cls(process)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def ended(self) -> int:
        """Wait for the end and return the exit status, negative for a signal."""
        return await self._process.wait()

    def terminate(self) -> None:
        """Ask it to end."""
        with suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        """End it."""
        with suppress(ProcessLookupError):
            self._process.kill()


def last_line(log: Path) -> str:
    """Return the last line that says something, to tell why a part does not start."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LAST_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
