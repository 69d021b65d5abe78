"""Looks at parts and Kafka every few seconds, so that no page has to wait for them."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Final

import aiohttp
import structlog

from console.health.backlog import Backlog
from console.health.parts import Parts
from pipeline.errors import PipelineError
from pipeline.groups import consumed_topics
from pipeline.lag import LagReader, connect_lag_reader
from pipeline.settings import KafkaSettings

_EVERY_S: Final = 5.0
_log = structlog.stdlib.get_logger("console.health")


class Watcher:
    """Run ``run`` as a task; ``parts`` and ``backlog`` hold what was last seen."""

    def __init__(self, kafka: KafkaSettings, parts: Parts) -> None:
        self._kafka = kafka
        self._exit = AsyncExitStack()
        self._reader: LagReader | None = None
        self.parts = parts
        self.backlog = Backlog()
        self.problem = ""

    async def run(self) -> None:
        """Look until cancelled."""
        async with aiohttp.ClientSession() as client:
            try:
                while True:
                    await asyncio.gather(self.parts.look(client), self._look_at_kafka())
                    await asyncio.sleep(_EVERY_S)
            finally:
                self._reader = None
                await self._exit.aclose()

    async def _look_at_kafka(self) -> None:
        try:
            reader = self._reader or await self._connected()
            self.backlog.note(time.monotonic(), await reader.read(consumed_topics()))
            self.problem = ""
        except (PipelineError, TimeoutError) as error:
            await self._lost(error)

    async def _connected(self) -> LagReader:
        self._reader = await self._exit.enter_async_context(connect_lag_reader(self._kafka))
        return self._reader

    async def _lost(self, error: Exception) -> None:
        if not self.problem:
            _log.warning("can't tell the lag", reason=str(error))
        self.problem = "Kafka does not answer."
        self._reader = None
        self.backlog = Backlog()
        await self._exit.aclose()
