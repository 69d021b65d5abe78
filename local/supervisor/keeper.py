"""Keeps one part alive until told to stop."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.supervisor.backoff import Backoff
from local.supervisor.child import Child, last_line
from local.supervisor.log_file import bound
from pipeline.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.supervisor.part import Part

_POLL_SECONDS = 0.05
_LOG_SECONDS = 5.0  # between looks at how large the log has grown
_FIRST_TRIES = 3  # deaths before the part was ever ready, after which the start is given up


@dataclass(frozen=True, slots=True)
class PartState:
    """The process that is or last was the part's, and whether it does its work."""

    pid: int
    ready: bool


class Keeper:
    """Runs one part in a task of its own; `on_change` hears of every new state."""

    def __init__(self, part: Part, on_change: Callable[[str, PartState], None]) -> None:
        self.part = part
        self._on_change = on_change
        self._backoff = Backoff()
        self._stopping = asyncio.Event()
        self._was_ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._child: Child | None = None
        self._task = asyncio.create_task(self._keep(), name=f"keep {part.name}")

    async def was_ready(self) -> None:
        """Wait until the part is ready for the first time; raises UnavailableError if never."""
        await asyncio.wait({self._was_ready, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if self._was_ready.done():
            self._was_ready.result()
        else:
            self._task.result()

    async def stop(self, seconds: float) -> None:
        """Ask the process to end, and end it when it has not after so many seconds."""
        self._stopping.set()
        if self._child:
            self._child.terminate()
        done, _ = await asyncio.wait({self._task}, timeout=seconds)
        if not done and self._child:
            self._child.kill()
        await self._task
        if not self._was_ready.cancel() and not self._was_ready.cancelled():
            self._was_ready.exception()  # whoever waited for it may be gone

    async def _keep(self) -> None:
        deaths = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            status = await self._live()
            deaths += 1
            if not self._was_ready.done() and deaths >= _FIRST_TRIES:
                self._give_up(f"ended with status {status}")
            await self._pause(self._backoff.after(time.monotonic() - started))

    async def _live(self) -> int:
        """Run the process from birth to death and return its exit status."""
        child = self._child = await Child.start(self.part)
        if self._stopping.is_set():
            child.terminate()
        self._tell(child, ready=False)
        end = asyncio.create_task(child.ended())
        if await self._became_ready(end):
            self._tell(child, ready=True)
            if not self._was_ready.done():
                self._was_ready.set_result(None)
        elif not end.done() and not self._stopping.is_set():
            self._give_up(f"was not ready after {self.part.start_seconds:.0f} s")
            child.kill()
        status = await self._watched(end)
        self._tell(child, ready=False)
        return status

    async def _watched(self, end: asyncio.Task[int]) -> int:
        """Look after the log for as long as the process lives."""
        while not end.done():
            await asyncio.to_thread(bound, self.part.log)
            await asyncio.wait({end}, timeout=_LOG_SECONDS)
        return end.result()

    async def _became_ready(self, end: asyncio.Task[int]) -> bool:
        """Poll until ready, dead, told to stop, or too late."""
        deadline = time.monotonic() + self.part.start_seconds
        while not end.done() and not self._stopping.is_set():
            if await self.part.ready():
                return not end.done()
            if time.monotonic() > deadline:
                return False
            await asyncio.wait({end}, timeout=_POLL_SECONDS)
        return False

    async def _pause(self, seconds: float) -> None:
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({stopped}, timeout=seconds)
        stopped.cancel()

    def _give_up(self, reason: str) -> None:
        """Fail the first start; a part that was ready once is restarted for ever."""
        if self._was_ready.done():
            return
        said = last_line(self.part.log)
        self._was_ready.set_exception(
            UnavailableError(f"{self.part.name} {reason}: {said} (see {self.part.log})"),
        )

    def _tell(self, child: Child, *, ready: bool) -> None:
        self._on_change(self.part.name, PartState(child.pid, ready))
