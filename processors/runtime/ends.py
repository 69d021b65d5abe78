"""Where partitions end and begin, as Kafka says: what a client has fetched may be long ago."""

import asyncio
from collections.abc import Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from faust.transport.consumer import ensure_TP
from faust.transport.drivers.aiokafka import ensure_aiokafka_TP
from faust.types import TP

from pipeline.kafka import client_arguments
from pipeline.settings import KafkaSettings

#: Longer than a broker that works takes to answer.
_PATIENCE_S: Final = 5.0


class Ends:
    """Asks by a client of its own: the worker's may be what does not answer."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._client: AIOKafkaConsumer | None = None

    async def ask(self, places: Iterable[TP]) -> dict[TP, tuple[int, int]] | None:
        """Give (beginning, end) of each partition; None when Kafka does not answer."""
        asked = [ensure_aiokafka_TP(tp) for tp in places]
        try:
            async with asyncio.timeout(_PATIENCE_S):
                client = await self._connected()
                ends = await client.end_offsets(asked)
                beginnings = await client.beginning_offsets(asked)
        except (KafkaError, OSError):
            await self.close()
            return None
        return {ensure_TP(tp): (beginnings[tp], ends[tp]) for tp in asked}

    async def close(self) -> None:
        """Let go of the connections."""
        client, self._client = self._client, None
        if client:
            await client.stop()

    async def _connected(self) -> AIOKafkaConsumer:
        if self._client is None:
            timeout_ms = int(_PATIENCE_S * 1000)
            self._client = AIOKafkaConsumer(
                **client_arguments(self._settings), request_timeout_ms=timeout_ms
            )
            await self._client.start()
        return self._client
