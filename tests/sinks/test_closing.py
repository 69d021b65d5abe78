"""A sink that is told to stop ends quietly, wherever Kafka is."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

import msgspec
import pytest

from local.kafka.readiness import kafka_ready
from local.kafka.server import KafkaServer
from local.ports import free_ports
from pipeline.settings import KafkaSettings, load
from sinks.closing import close
from tests.conftest import running
from tests.sinks.stand import create_topics

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sinks.stand import Stand


async def test_a_sink_can_be_stopped_while_kafka_is_away(stand: Stand, tmp_path: Path) -> None:
    server = KafkaServer(tmp_path, *free_ports(2))
    kafka = load(KafkaSettings, bootstrap_servers=server.bootstrap)
    stand.config = msgspec.structs.replace(stand.config, kafka=kafka)

    def ready() -> bool:
        return asyncio.run(kafka_ready(server.bootstrap))

    with ExitStack() as broker:
        up = running(await asyncio.to_thread(server.prepare), {}, tmp_path / "kafka.log", ready)
        await asyncio.to_thread(broker.enter_context, up)
        await create_topics(server.bootstrap, tuple(stand.config.by_topic))
        async with stand.running():
            await stand.eventually(lambda: stand.readiness() is None)
            await asyncio.to_thread(broker.close)
    assert stand.task is not None
    assert stand.task.exception() is None


async def test_whoever_is_cancelled_while_closing_hears_of_it() -> None:
    closing = asyncio.create_task(close(asyncio.Event().wait))
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing


async def test_a_client_that_lets_its_own_cancelling_out_is_closed() -> None:
    async def cancelled_inside() -> None:
        fetch = asyncio.create_task(asyncio.Event().wait())
        await asyncio.sleep(0)
        fetch.cancel()
        await fetch

    await close(cancelled_inside)
