"""Kafka frozen, killed, and away from the start: Twilio hears 200, and every event arrives."""

import asyncio
import os
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec

from local.kafka.readiness import kafka_ready
from local.kafka.server import KafkaServer
from local.ports import free_port
from pipeline.settings import KafkaSettings, load
from pipeline.topics import RAW, ensure_topics
from tests.ingest.test_process import child, ingest_process, sender
from tests.ingest.topic_reader import reading
from tests.ingest.twilio_like import Sender, message_event

SENDERS = 8
AWAY_SECONDS = 8.0


@dataclass
class Outage:
    """A broker of the test's own, and what a Twilio-like client posts meanwhile."""

    server: KafkaServer
    folder: Path
    stack: ExitStack
    accepted: list[bytes] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    posting: bool = True

    async def start(self) -> subprocess.Popen[bytes]:
        """Start the broker, or start it again."""
        log = self.folder / "kafka.log"
        process = self.stack.enter_context(child(self.server.prepare(), {}, log))
        async with asyncio.timeout(60):
            while not await kafka_ready(self.server.bootstrap):  # noqa: ASYNC110  another process has no event
                await asyncio.sleep(0.05)
        return process

    async def post_all_along(self, twilio: Sender) -> None:
        """Post one event after the other, each until it is taken."""
        while self.posting:
            event = message_event()
            while not await self._taken(twilio, event):  # noqa: ASYNC110  Twilio tries again in time
                await asyncio.sleep(0.2)
            self.accepted.append(event)

    async def _taken(self, twilio: Sender, event: bytes) -> bool:
        try:
            answered = await twilio.post(event)
        except (aiohttp.ClientError, TimeoutError) as error:
            self.refusals[type(error).__name__] += 1
            return False
        if answered.status != 200:
            self.refusals[answered.reason] += 1
        return answered.status == 200

    async def stored(self) -> Counter[bytes]:
        """How often each event is in the raw topic."""
        async with reading(self.server.bootstrap) as reader:
            reader.rewind()
            records = await reader.new(RAW["messaging"])
        return Counter(
            bytes(raw)
            for each in records
            for raw in msgspec.json.decode(each.value, type=list[msgspec.Raw])
        )


@asynccontextmanager
async def outage(folder: Path) -> AsyncIterator[Outage]:
    """Prepare, and end what was started."""
    with ExitStack() as stack:
        yield Outage(KafkaServer(folder / "kafka", free_port(), free_port()), folder, stack)


def spooling(folder: Path) -> dict[str, str]:
    return {"TWILIO_PIPELINE_SPOOL_DIRECTORY": str(folder / "spool")}


async def drained(twilio: Sender) -> None:
    async with asyncio.timeout(40):
        while not await _is_drained(twilio):  # noqa: ASYNC110  another process has no event
            await asyncio.sleep(0.05)


async def _is_drained(twilio: Sender) -> bool:
    ready = (await twilio.get("/readyz")).reason == "ready"
    return ready and "twilio_ingest_spool_records 0.0" in (await twilio.get("/metrics")).reason


async def _through(
    folder: Path, hurt: Callable[[Outage, subprocess.Popen[bytes]], Awaitable[None]]
) -> tuple[Outage, Counter[bytes]]:
    """Traffic before, while and after Kafka is hurt; what was accepted, and what is stored."""
    async with outage(folder) as scene:
        broker = await scene.start()
        await ensure_topics(load(KafkaSettings, bootstrap_servers=scene.server.bootstrap))
        port = free_port()
        with ingest_process(
            scene.server.bootstrap, folder / "log", port, **spooling(folder)
        ) as process:
            async with sender(port) as twilio, asyncio.TaskGroup() as group:
                await twilio.until_ready()
                for _ in range(SENDERS):
                    group.create_task(scene.post_all_along(twilio))
                await asyncio.sleep(0.5)
                await hurt(scene, broker)
                await drained(twilio)
                scene.posting = False
            process.terminate()
            assert await asyncio.to_thread(process.wait, 15) == 0
        return scene, await scene.stored()


async def _freeze(_: Outage, broker: subprocess.Popen[bytes]) -> None:
    os.kill(broker.pid, signal.SIGSTOP)
    await asyncio.sleep(AWAY_SECONDS)
    os.kill(broker.pid, signal.SIGCONT)


async def _kill_and_restart(scene: Outage, broker: subprocess.Popen[bytes]) -> None:
    broker.kill()
    await asyncio.to_thread(broker.wait)
    await asyncio.sleep(AWAY_SECONDS / 2)
    await scene.start()


async def test_a_frozen_kafka_is_not_noticed_by_twilio(tmp_path: Path) -> None:
    scene, stored = await _through(tmp_path, _freeze)
    assert scene.refusals == {}
    assert len(scene.accepted) > 500
    assert set(stored) == set(scene.accepted)
    assert stored.total() == len(scene.accepted)


async def test_a_killed_kafka_is_not_noticed_by_twilio(tmp_path: Path) -> None:
    scene, stored = await _through(tmp_path, _kill_and_restart)
    assert scene.refusals == {}
    assert len(scene.accepted) > 500
    assert set(stored) == set(scene.accepted)
    assert stored.total() - len(scene.accepted) <= 2 * SENDERS


async def test_a_killed_ingress_starts_without_kafka_and_keeps_all(tmp_path: Path) -> None:
    events = [message_event() for _ in range(40)]
    async with outage(tmp_path) as scene:
        bootstrap, more, port = scene.server.bootstrap, spooling(tmp_path), free_port()
        broker = await scene.start()
        await ensure_topics(load(KafkaSettings, bootstrap_servers=bootstrap))
        with ingest_process(bootstrap, tmp_path / "log", port, **more):
            async with sender(port) as twilio:
                await twilio.until_ready()
                broker.kill()
                await asyncio.to_thread(broker.wait)
                answers = await asyncio.gather(*(twilio.post(event) for event in events[:20]))
        assert {answered.status for answered in answers} == {200}
        with ingest_process(bootstrap, tmp_path / "log", port, **more):
            async with sender(port) as twilio:
                assert await twilio.until("/readyz", 200) == "spooling"
                answers = await asyncio.gather(*(twilio.post(event) for event in events[20:]))
                assert {answered.status for answered in answers} == {200}
                await scene.start()
                await drained(twilio)
        stored = await scene.stored()
    assert stored == Counter(events)
