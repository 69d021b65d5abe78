"""Performs deeds: so many at once, each for so long, none after ownership has gone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import structlog

from pipeline import metrics
from processors.runtime.deeds import Acting, Deed, End, Performer, Result
from processors.runtime.letter import blame

_log: Final = structlog.stdlib.get_logger(__name__)


class Performing:
    """The deeds under way.

    ``may_start`` says whether this worker still owns its partitions; ``crash`` is told what a fold
    raises about a result, for its state can't be trusted then.
    """

    def __init__(  # noqa: PLR0913  the parts it joins
        self,
        perform: Performer,
        limit: int,
        *,
        may_start: Callable[[], Awaitable[bool]],
        now_ms: Callable[[], int],
        crash: Callable[[Exception], Awaitable[None]],
        name: str,
    ) -> None:
        self._perform = perform
        self._slots = asyncio.Semaphore(limit)
        self._may_start = may_start
        self._now_ms = now_ms
        self._crash = crash
        self._name = name
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_finishing = False
        self._has_news = False

    def take_news(self) -> bool:
        """Whether any fold has learned anything since this was asked last."""
        news, self._has_news = self._has_news, False
        return news

    def start(self, fold: Acting, deeds: Iterable[Deed]) -> None:
        """Perform these when their turn comes, and tell the fold how they ended."""
        for deed in deeds:
            task = asyncio.create_task(self._see_to(fold, deed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def resume(self) -> None:
        """Let deeds begin again after ``finish``."""
        self._is_finishing = False

    async def finish(self, grace_s: float) -> None:
        """Begin no more; wait for what is under way, then cancel it.

        What had not begun, or was cancelled, is left for the next owner to find.
        """
        self._is_finishing = True
        if tasks := set(self._tasks):
            _, late = await asyncio.wait(tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _see_to(self, fold: Acting, deed: Deed) -> None:
        try:
            async with self._slots:
                if self._is_finishing or not await self._may_start():
                    return
                result = await self._attempt(fold, deed)
            metrics.PROCESSOR_DEEDS.labels(self._name, result.end).inc()
            fold.learn(result, self._now_ms())
            self._has_news = True
        except Exception as error:  # noqa: BLE001  the fold's, whatever it is
            await self._crash(error)

    async def _attempt(self, fold: Acting, deed: Deed) -> Result:
        if not fold.stands(deed):
            return Result(deed, "withdrawn")
        limit = asyncio.timeout(deed.timeout_s)
        try:
            async with limit:
                return Result(deed, "done", await self._perform(deed))
        except (Exception, asyncio.CancelledError) as error:
            if _is_cancelled(error):
                raise
            end: End = "timeout" if limit.expired() else "failed"
            _log.warning("a deed failed", deed=deed.id, end=end, error=blame(error))
            return Result(deed, end, error=blame(error))


def _is_cancelled(error: BaseException) -> bool:
    """Whether this task was cancelled; a performer's library may raise the same on its own."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
