"""Fallbacks over kills: their worker dies, sleeps and loses its broker while codes come to grief.

A worker, at times a second one, and a broker run as processes of their own and start again by
themselves; Twilio's stand-in outlives them all, and now and then breaks off, hangs or refuses. When
every plan has ended its journal is held against what was told. Any difference ends the run with an
error that names it.
"""

import asyncio
import logging
import random
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.fallback.crowd import LIFETIME_S, Crowd
from benchmarks.fallback.judgement import Heard, Told, faults, figures, plans_of
from benchmarks.fallback.stand_in import StandIn, stand_in
from benchmarks.kept import Kept
from benchmarks.result import Result
from benchmarks.stage import part, until
from local.kafka.readiness import kafka_ready
from local.kafka.server import KafkaServer
from local.ports import free_port, free_ports
from pipeline.errors import PermanentError
from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome
from pipeline.settings import KafkaSettings, load
from pipeline.topics import FALLBACK, OUTCOMES, ensure_topics

KILLS: Final = 25
TAKEOVERS: Final = 4
PAUSES: Final = 4
BROKER_KILLS: Final = 3
_SESSION_S: Final = 6.0
#: Far beyond what it takes: what is not back by then hangs.
_BACK_S: Final = 180.0
_POLICY: Final = f"""
dry_run = false
[[policies]]
name = "chaos"
product = "verify"
lifetime_s = {LIFETIME_S}
when.permanent = [
    {{ do = "verify", channel = "call", after_s = 0.3 }},
    {{ do = "verify", channel = "whatsapp", after_s = 0.3 }},
]
when.silent = [{{ do = "verify", channel = "call", after_s = 0.3 }}]
budget = {{ per_number = 5, per_prefix = 1000000, per_service = 1000000 }}
"""
#: What a call to Twilio meets now and then, instead of an answer in time.
_MISHAPS: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "take_and_drop", "method": "POST"},
    {"kind": "drop", "method": "POST"},
    {"kind": "refuse", "status": 503},
    {"kind": "refuse", "status": 429, "code": 20429, "retry_after_s": 1},
    {"kind": "hang", "seconds": 0.5, "times": 5},
)
_MISHAP_S: Final = 2.0


@dataclass
class Scene:
    """What runs, and what became of it."""

    bootstrap: str
    twilio: StandIn
    broker: Kept
    first: Kept
    second: Kept
    random: random.Random
    paused: int = 0
    back_s: list[float] = field(default_factory=list)

    async def progress(self) -> None:
        """Wait until another code goes out."""
        before, started = len(self.twilio.effects()), time.monotonic()
        await until(lambda: len(self.twilio.effects()) > before, "a fallback", _BACK_S)
        self.back_s.append(time.monotonic() - started)

    async def at_any_point(self) -> None:
        """Wait until codes go out, and a little longer."""
        await self.progress()
        await asyncio.sleep(self.random.uniform(0.0, 1.0))


Mischief = Callable[[Scene], Awaitable[None]]


async def die(scene: Scene) -> None:
    """``kill -9`` while plans are under way, again and again."""
    for _ in range(KILLS):
        await scene.at_any_point()
        scene.first.kill()
    await scene.progress()


async def take_over(scene: Scene) -> None:
    """A second worker joins, each is killed in turn and comes back to the other."""
    async with scene.second.here():
        for worker in (scene.first, scene.second) * (TAKEOVERS // 2):
            await asyncio.sleep(scene.random.uniform(2.0, 8.0))
            await scene.at_any_point()
            worker.kill()
        await scene.progress()
    await scene.progress()


async def sleep_in(scene: Scene) -> None:
    """Each worker in turn is paused past its session, and finds another in its place."""
    async with scene.second.here():
        for worker in (scene.first, scene.second) * (PAUSES // 2):
            await asyncio.sleep(scene.random.uniform(2.0, 8.0))
            await scene.at_any_point()
            worker.send(signal.SIGSTOP)
            await asyncio.sleep(_SESSION_S + scene.random.uniform(1.0, 4.0))
            await scene.progress()
            worker.send(signal.SIGCONT)
            scene.paused += 1
            await scene.progress()
    await scene.progress()


async def lose_the_broker(scene: Scene) -> None:
    """The broker is killed and comes back with what it had."""
    for _ in range(BROKER_KILLS):
        await scene.at_any_point()
        scene.broker.kill()
        await until(lambda: asyncio.run(kafka_ready(scene.bootstrap)), "the broker", _BACK_S)
        await scene.progress()


MISCHIEF: Final[tuple[Mischief, ...]] = (die, take_over, sleep_in, lose_the_broker)


def run() -> Result:
    """Do all of it and report; PermanentError when a step was doubled, lost or out of place."""
    # Whoever speaks to a broker that was just killed gets an error; the client need not say so.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory(prefix="fallback-chaos-") as folder:
        return asyncio.run(_run(Path(folder)))


async def _run(folder: Path) -> Result:
    started = time.monotonic()
    async with _scene(folder) as scene:
        async with Crowd.gathered(scene.bootstrap, scene.twilio, seed=1), _mishaps(scene):
            for mischief in MISCHIEF:
                await mischief(scene)
        found = await _settled(scene)
        workers = (scene.first, scene.second)
        given = {
            "worker_kills": float(sum(worker.kills for worker in workers)),
            "worker_starts": float(sum(worker.starts for worker in workers)),
            "pauses": float(scene.paused),
            "broker_kills": float(scene.broker.kills),
            "slowest_back_s": max(scene.back_s),
            "seconds": time.monotonic() - started,
        }
        return Result("fallback-chaos", found | given, {})


async def _settled(scene: Scene) -> dict[str, float]:
    """Judge when every plan has ended, or should have."""
    deadline = time.monotonic() + LIFETIME_S + _BACK_S
    while True:
        heard, told = await _read(scene.bootstrap)
        plans = list(plans_of(heard, told, scene.twilio.effects()).values())
        if all(plan.end for plan in plans) or time.monotonic() > deadline:
            break
        await asyncio.sleep(1.0)
    if wrong := list(faults(plans)):
        raise PermanentError("\n".join([f"{len(wrong)} faults in {len(plans)} plans:", *wrong[:9]]))
    return figures(plans)


async def _read(bootstrap: str) -> tuple[list[Heard], list[Told]]:
    """What the topics hold, each thing where it was told first."""
    heard: dict[str, Heard] = {}
    told: dict[str, Told] = {}
    async for record in _records(bootstrap):
        if record.topic == OUTCOMES:
            for outcome in msgspec.json.decode(record.value, type=list[Outcome]):
                heard.setdefault(outcome.id, Heard(record.offset, outcome))
        else:
            for step in msgspec.json.decode(record.value, type=list[FallbackStep]):
                told.setdefault(step.id, Told(record.offset, record.timestamp, step))
    return list(heard.values()), list(told.values())


async def _records(bootstrap: str) -> AsyncIterator[Any]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(FALLBACK, 0), TopicPartition(OUTCOMES, 0)]
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            while await consumer.position(place) < end:
                yield await consumer.getone()
    finally:
        await consumer.stop()


@asynccontextmanager
async def _mishaps(scene: Scene) -> AsyncIterator[None]:
    async def go_on() -> None:
        while True:
            await asyncio.sleep(scene.random.uniform(0.0, 2 * _MISHAP_S))
            await scene.twilio.tell("faults", scene.random.choice(_MISHAPS))

    going = asyncio.create_task(go_on())
    try:
        yield
    finally:
        going.cancel()
        await asyncio.wait({going})


@asynccontextmanager
async def _scene(folder: Path) -> AsyncIterator[Scene]:
    (folder / "policy.toml").write_text(_POLICY)
    server = KafkaServer(folder / "kafka", *free_ports(2))
    kafka = load(KafkaSettings, bootstrap_servers=server.bootstrap, partitions=1)
    async with AsyncExitStack() as stack:
        broker = Kept(server.prepare(), {}, folder / "kafka.log")
        await stack.enter_async_context(broker.here())
        await until(lambda: asyncio.run(kafka_ready(server.bootstrap)), "the broker", _BACK_S)
        await ensure_topics(kafka)
        twilio = await stack.enter_async_context(stand_in(folder))
        first, second = (_worker(folder, kafka, twilio, name) for name in ("first", "second"))
        await stack.enter_async_context(first.here())
        chance = random.Random(1)  # noqa: S311  repeatable, not secret
        yield Scene(server.bootstrap, twilio, broker, first, second, chance)


def _worker(folder: Path, kafka: KafkaSettings, twilio: StandIn, name: str) -> Kept:
    environment = {
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "TWILIO_PIPELINE_KAFKA_PARTITIONS": "1",
        "TWILIO_PIPELINE_FALLBACK_POLICY": str(folder / "policy.toml"),
        "TWILIO_PIPELINE_FALLBACK_CHECKS_PER_MINUTE": "100000",
        "TWILIO_PIPELINE_FALLBACK_METRICS_PORT": str(free_port()),
        **twilio.environment,
    }
    return Kept([*part("fallback"), "run"], environment, folder / f"{name}.log")
