"""Ends a worker that is alive and does not go on, so that another one does."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import faust
from faust.types import TP

from pipeline import metrics
from processors.runtime.ends import Ends
from processors.runtime.runner import Runner
from processors.runtime.stall import Stall, StalledRecoveryError
from processors.runtime.starvation import LOOK_S, Starvation, StarvedPartitionError

#: Seconds between two looks at whether a recovery goes on.
_RECOVERY_LOOK_S: Final = 1.0


class Watch:
    """Looks at the recoveries and the source partitions of one worker.

    While Kafka itself does not answer, nothing is wrong with the worker.
    """

    def __init__(self, app: faust.App, runner: Runner, ends: Ends) -> None:
        self._app = app
        self._runner = runner
        self._ends = ends
        self._stall = Stall()
        self._starvation = Starvation()
        self._is_answered = True

    async def run(self) -> None:
        """Look until the application stops."""
        try:
            await asyncio.gather(
                self._every(_RECOVERY_LOOK_S, self._look_at_recovery),
                self._every(LOOK_S, self._look_at_sources),
            )
        finally:
            await self._ends.close()

    async def _every(self, seconds: float, look: Callable[[], Awaitable[None]]) -> None:
        while not self._app.should_stop:
            await asyncio.sleep(seconds)
            await look()

    async def _look_at_recovery(self) -> None:
        try:
            self._stall.look(self._runner.left if self._is_answered else None)
        except StalledRecoveryError as error:
            await self._app.crash(error)

    async def _look_at_sources(self) -> None:
        spans = await self._ends.ask(self._runner.assigned_sources)
        self._is_answered = spans is not None
        if starved := self._starvation.look(self._runner.readings(), spans or {}):
            metrics.PROCESSOR_STARVED.labels(self._app.conf.id).inc(len(starved))
            await self._app.crash(_error(starved))


def _error(starved: list[TP]) -> StarvedPartitionError:
    places = ", ".join(f"{tp.topic}/{tp.partition}" for tp in sorted(starved))
    return StarvedPartitionError(
        f"Kafka holds records of {places} and none has come for a while: start again"
    )
