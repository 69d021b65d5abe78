"""Kafka frozen, killed, and away from the start: Twilio hears 200, and every event arrives."""

import asyncio
import os
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
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
#: Long enough for every timeout but aiokafka's own (10 s); FROZEN_SECONDS=60 is worth a try.
FROZEN_SECONDS = float(os.environ.get("FROZEN_SECONDS", "8"))
#: A record that aiokafka gave up is sent again, though the broker may have had it.
DUPLICATES_OF_A_FREEZE = 0 if FROZEN_SECONDS < 10 else 2 * SENDERS


@dataclass
class Outage:
    """A broker of the test's own, and what a Twilio-like client posts meanwhile."""

    server: KafkaServer
    folder: Path
    stack: ExitStack
    accepted: list[bytes] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)

    async def start(self) -> subprocess.Popen[bytes]:
        """Start the broker, or start it again."""
        log = self.folder / "kafka.log"
        process = self.stack.enter_context(child(self.server.prepare(), {}, log))
        async with asyncio.timeout(60):
            while not await kafka_ready(self.server.bootstrap):  # noqa: ASYNC110  another process has no event
                await asyncio.sleep(0.05)
        return process

    @asynccontextmanager
    async def posting(self, twilio: Sender) -> AsyncIterator[None]:
        """Post all along the block; at its end every event has been taken."""
        going_on = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _ in range(SENDERS):
                group.create_task(self._post_until(going_on, twilio))
            yield
            going_on.set()

    async def accepts(self, count: int) -> None:
        """Return when so many more events were answered 200."""
        goal = len(self.accepted) + count
        async with asyncio.timeout(40):
            while len(self.accepted) < goal:  # noqa: ASYNC110  many senders, one list
                await asyncio.sleep(0.01)

    async def _post_until(self, end: asyncio.Event, twilio: Sender) -> None:
        while not end.is_set():
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


async def _freeze_and_drain(scene: Outage, broker: subprocess.Popen[bytes], port: int) -> None:
    async with sender(port) as twilio, scene.posting(twilio):
        await scene.accepts(100)
        os.kill(broker.pid, signal.SIGSTOP)
        await asyncio.sleep(FROZEN_SECONDS)
        os.kill(broker.pid, signal.SIGCONT)
        await drained(twilio)


async def _kill(scene: Outage, broker: subprocess.Popen[bytes], port: int) -> None:
    async with sender(port) as twilio, scene.posting(twilio):
        await scene.accepts(100)
        broker.kill()
        await asyncio.to_thread(broker.wait)
        await scene.accepts(100)


async def _restart_and_drain(scene: Outage, port: int) -> None:
    async with sender(port) as twilio:
        assert await twilio.until("/readyz", 200) == "spooling"
        async with scene.posting(twilio):
            await scene.accepts(100)
            await scene.start()
            await drained(twilio)


async def test_twilio_notices_neither_a_frozen_nor_a_killed_kafka_nor_a_killed_ingress(
    tmp_path: Path,
) -> None:
    async with outage(tmp_path) as scene:
        broker = await scene.start()
        bootstrap, more, port = scene.server.bootstrap, spooling(tmp_path), free_port()
        await ensure_topics(load(KafkaSettings, bootstrap_servers=bootstrap))
        with ingest_process(bootstrap, tmp_path / "log", port, **more):
            async with sender(port) as twilio:
                await twilio.until_ready()
            await _freeze_and_drain(scene, broker, port)
            stored = await scene.stored()
            assert set(stored) == set(scene.accepted)
            assert stored.total() - len(scene.accepted) <= DUPLICATES_OF_A_FREEZE
            await _kill(scene, broker, port)
        with ingest_process(bootstrap, tmp_path / "log", port, **more) as process:
            await _restart_and_drain(scene, port)
            process.terminate()
            assert await asyncio.to_thread(process.wait, 15) == 0
        stored = await scene.stored()
        assert scene.refusals == {}
        assert set(stored) == set(scene.accepted)
        assert stored.total() - len(scene.accepted) <= 2 * SENDERS
