"""Listens to what is told of fallbacks."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

import msgspec
from aiokafka import AIOKafkaConsumer

from pipeline.items.fallback_step import FallbackStep
from pipeline.topics import FALLBACK
from pipeline.twilio.envelope import split

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_decode: Final = msgspec.json.Decoder(FallbackStep).decode


@asynccontextmanager
async def listening(bootstrap: str, hear: Callable[[FallbackStep], None]) -> AsyncIterator[None]:
    """Have ``hear`` hear of all transitions while the block lasts, those before it, too."""
    consumer = AIOKafkaConsumer(
        FALLBACK, bootstrap_servers=bootstrap, auto_offset_reset="earliest", group_id=None
    )
    await consumer.start()
    task = asyncio.create_task(_listen(consumer, hear))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await consumer.stop()


async def _listen(consumer: AIOKafkaConsumer, hear: Callable[[FallbackStep], None]) -> None:
    async for record in consumer:
        for element in split(record.value or b""):
            hear(_decode(element))
