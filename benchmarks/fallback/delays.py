"""How soon a step is dispatched: from a failure's news, or a silence's deadline, to Twilio's door.

The whole way runs on a broker at 2,000 events a second. It begins when the ingress has the event
that tells of a failure, or with the deadline at which a code counts as silent. The lifecycle tells
it, a plan is made, Twilio is asked whether the code is still wanted, the dispatch is told, and it
ends when the stand-in for Twilio has taken the call. Between the two, ``told`` is when the outcome
and ``planned`` and ``dispatched`` are when the transitions were written to Kafka.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.fallback.codes import Code, Codes
from benchmarks.fallback.stand_in import StandIn, stand_in
from benchmarks.stage import Stage, child, part, stage, until
from benchmarks.traffic import events
from local.clickhouse.process import answers
from local.ports import free_ports
from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome
from pipeline.records import RecordInfo, join, raw_headers
from pipeline.topics import FALLBACK, OUTCOMES, RAW
from pipeline.twilio.catalogue import Product

RATE: Final = 2_000
WARM_S: Final = 5.0
SECONDS: Final = 20.0
#: Messages that are sent together, and one verification with them. Every so many of these stays
#: silent, the others fail.
BATCH: Final = 9
SILENT_EVERY: Final = 5
SILENCE_S: Final = 5
_EVENTS: Final = 3
#: ``events`` tells of a receipt so long after it was asked for.
_RECEIPT_MS: Final = 2_500
_POLICY: Final = """
dry_run = false
[[policies]]
name = "benchmark"
product = "verify"
when.transient = [{ do = "verify", channel = "call" }]
when.silent = [{ do = "verify", channel = "call" }]
budget = { per_number = 1000000, per_prefix = 1000000, per_service = 1000000 }
"""


class Way(msgspec.Struct):
    """Where a code's fallback has come to, in epoch ms; ``due`` is when it could have begun."""

    due: int = 0
    told: int = 0
    planned: int = 0
    dispatched: int = 0
    called: int = 0


Ways = dict[str, Way]


async def delays() -> dict[str, float]:
    """Percentiles of the delays in ms, by what came to grief."""
    async with stage(1) as here, stand_in(here.folder) as twilio:
        policy = here.folder / "policy.toml"
        policy.write_text(_POLICY)
        ports = free_ports(2)
        given = {
            "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": here.kafka.bootstrap_servers,
            "TWILIO_PIPELINE_KAFKA_PARTITIONS": "1",
            "TWILIO_PIPELINE_PRIVACY_HASH_KEY": "0" * 32,
            "TWILIO_PIPELINE_FALLBACK_POLICY": str(policy),
            "TWILIO_PIPELINE_FALLBACK_CHECKS_PER_MINUTE": "100000",
            "TWILIO_PIPELINE_LIFECYCLE_METRICS_PORT": str(ports[0]),
            "TWILIO_PIPELINE_FALLBACK_METRICS_PORT": str(ports[1]),
            "TWILIO_PIPELINE_LIFECYCLE_VERIFY_SILENCE_S": f'{{"sms": {SILENCE_S}}}',
            **twilio.environment,
        }
        with (
            child(part("lifecycle"), given, here.folder / "lifecycle.log"),
            child([*part("fallback"), "run"], given, here.folder / "fallback.log"),
        ):
            for port in ports:
                await until(partial(_ready, port), "a worker")
            return await _measured(here, twilio)


def _ready(port: int) -> bool:
    return asyncio.run(answers(f"http://127.0.0.1:{port}/readyz"))


async def _measured(here: Stage, twilio: StandIn) -> dict[str, float]:
    ways: Ways = {}
    codes = Codes(seed=1)
    async with _reading(here, ways):
        await _send(here, twilio, codes, WARM_S)
        sent = await _send(here, twilio, codes, SECONDS)
        await asyncio.sleep(SILENCE_S + WARM_S)
    for effect in twilio.effects():
        ways.setdefault(effect.verification_sid, Way()).called = effect.at
    for code in sent:
        if not code.silent:
            ways.setdefault(code.sid, Way()).due = code.received_at
    failed = [ways[code.sid] for code in sent if not code.silent]
    silent = [ways.get(code.sid, Way()) for code in sent if code.silent]
    return _spread("failed", failed) | _spread("silent", silent)


def _spread(name: str, ways: list[Way]) -> dict[str, float]:
    figures = {f"{name}_codes": float(len(ways)), f"{name}_lost": 0.0}
    for mark in ("told", "planned", "dispatched", "called"):
        found = [getattr(way, mark) - way.due for way in ways if way.due and getattr(way, mark)]
        percentiles = statistics.quantiles(found, n=100)
        figures[f"{name}_{mark}_p50_ms"] = percentiles[49]
        figures[f"{name}_{mark}_p99_ms"] = percentiles[98]
        figures[f"{name}_lost"] = float(len(ways) - len(found))
    return figures


@asynccontextmanager
async def _reading(here: Stage, ways: Ways) -> AsyncIterator[None]:
    reading = asyncio.create_task(_read(here, ways))
    try:
        yield
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading


async def _read(here: Stage, ways: Ways) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=here.kafka.bootstrap_servers, auto_offset_reset="earliest"
    )
    await consumer.start()
    consumer.assign([TopicPartition(FALLBACK, 0), TopicPartition(OUTCOMES, 0)])
    try:
        async for record in consumer:
            if record.topic == OUTCOMES:
                _told(record.value, record.timestamp, ways)
            else:
                _stepped(record.value, record.timestamp, ways)
    finally:
        await consumer.stop()


def _told(value: bytes, at: int, ways: Ways) -> None:
    for told in msgspec.json.decode(value, type=list[Outcome]):
        way = ways.setdefault(told.verification_sid, Way())
        way.told = at
        if told.kind == "silent":
            way.due = told.decided_at


def _stepped(value: bytes, at: int, ways: Ways) -> None:
    for step in msgspec.json.decode(value, type=list[FallbackStep]):
        if step.state in ("planned", "dispatched"):
            setattr(ways.setdefault(step.verification_sid, Way()), step.state, at)


async def _send(here: Stage, twilio: StandIn, codes: Codes, seconds: float) -> list[Code]:
    """Send for a while; give the codes that come to grief."""
    producer = AIOKafkaProducer(bootstrap_servers=here.kafka.bootstrap_servers, acks="all")
    await producer.start()
    sent: list[Code] = []
    started, per_batch = time.perf_counter(), _EVENTS * (BATCH + 1)
    for number in range(int(RATE * seconds / per_batch)):
        await asyncio.sleep(max(started + number * per_batch / RATE - time.perf_counter(), 0))
        now = int(time.time() * 1000)
        code = codes.make(now, silent=number % SILENT_EVERY == 0)
        await twilio.know(code.known)
        messages = (event for _, event in events(BATCH, now - _RECEIPT_MS, seed=now))
        await _produce(producer, "messaging", now, messages)
        code.received_at = int(time.time() * 1000)
        await _produce(producer, "verify", code.received_at, code.events)
        sent.append(code)
    await producer.stop()
    return sent


async def _produce(
    producer: AIOKafkaProducer, product: Product, now: int, elements: Iterable[bytes]
) -> None:
    batch = list(elements)
    headers = raw_headers(RecordInfo(now, "benchmark", len(batch)))
    await producer.send(RAW[product], join(batch), partition=0, headers=headers)
