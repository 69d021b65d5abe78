"""Fallbacks: memory and processor time of a million plans, and how soon a step is dispatched.

``plans`` is by processor time, with state rows of 5,000 plans as the runtime writes them.
``resident_mb`` is what a million plans with their timers take, the runtime's notes included.

The delays are over the whole way on a broker, at 2,000 events a second: from the arrival of the
event that tells of a failure, or from the deadline at which a message counts as silent, to when
the lifecycle has told it, the plan was made, prepared (Twilio is not asked), stored, and the
dispatch was told. It is a dry run, which differs from a live one in the call behind that.
"""

import asyncio
import gc
import os
import statistics
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.result import Result
from benchmarks.stage import Stage, child, part, stage, until
from benchmarks.traffic import events
from local.clickhouse.process import answers
from local.ports import free_ports
from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome
from pipeline.records import RecordInfo, join, raw_headers
from pipeline.topics import FALLBACK, OUTCOMES, RAW
from processors.fallback.fold import FallbackFold
from processors.fallback.planner import Planner
from processors.fallback.policy_file import read_policies
from processors.fallback.switchboard import Switchboard
from processors.runtime.fold import SourceRecord
from processors.runtime.partition import PartitionState

PLANS: Final = 1_000_000
ROW: Final = 5_000
RATE: Final = 2_000
WARM_S: Final = 5.0
SECONDS: Final = 20.0
#: Messages that are sent together; of them one fails, and of some one stays silent.
BATCH: Final = 10
SILENT_EVERY: Final = 5
SILENCE_S: Final = 5
_START_MS: Final = 1_800_000_000_000
#: ``events`` tells of a receipt so long after it was asked for.
_RECEIPT_MS: Final = 2_500
_POLICY: Final = """
[[policies]]
name = "benchmark"
product = "messaging"
when.transient = [{ do = "message", channel = "whatsapp" }]
when.silent = [{ do = "message", channel = "whatsapp" }]
budget = { per_number = 1000000, per_prefix = 1000000, per_service = 1000000 }
"""


def run() -> Result:
    """Measure plans in memory, then the way through a broker."""
    figures = _held() | asyncio.run(_delays())
    return Result("fallback", figures, {})


def _held() -> dict[str, float]:
    gc.set_threshold(100_000, 50, 100)  # as the processor does
    policies = read_policies(None)
    fold = FallbackFold(Planner(lambda: policies, Switchboard()))
    state = PartitionState("twilio.outcomes", 0, fold, 1)
    gc.collect()
    before, used = _resident(), 0.0
    for offset, value in enumerate(_records()):
        started = time.process_time()
        state.apply(SourceRecord(offset, _START_MS, value))
        state.flush()
        used += time.process_time() - started
    gc.collect()
    return {"plans": PLANS / used, "resident_mb": (_resident() - before) / 1e6}


def _records() -> Iterator[bytes]:
    source = Random(1)  # noqa: S311  repeatable, not secret
    for first in range(0, PLANS, ROW):
        yield join(msgspec.json.encode(_outcome(source, first + n)) for n in range(ROW))


def _outcome(source: Random, number: int) -> Outcome:
    subject, verification = (f"{kind}{source.getrandbits(128):032x}" for kind in ("VL", "VE"))
    at = _START_MS + number // 100
    return Outcome(
        id=f"verify:{subject}:failed",
        kind="failed",
        product="verify",
        subject_sid=subject,
        account_sid=f"AC{number % 20:032x}",
        service_sid=f"VA{number % 20:032x}",
        verification_sid=verification,
        verification_status="pending",
        verification_started_at=at,
        channel="sms",
        country="DE",
        error_code=30003,
        error_class="transient",
        to=f"+4915{number:08}",
        sent_at=at,
        decided_at=at + 2_000,
        received_at=at + 2_000,
        has_fallback=False,
        tags={},
        source_topic="twilio.verify",
        source_partition=0,
        source_offset=number,
    )


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def _delays() -> dict[str, float]:
    async with stage(1) as here:
        policy = here.folder / "policy.toml"
        policy.write_text(_POLICY)
        ports = free_ports(2)
        given = {
            "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": here.kafka.bootstrap_servers,
            "TWILIO_PIPELINE_KAFKA_PARTITIONS": "1",
            "TWILIO_PIPELINE_PRIVACY_HASH_KEY": "0" * 32,
            "TWILIO_PIPELINE_FALLBACK_POLICY": str(policy),
            "TWILIO_PIPELINE_FALLBACK_CHECKS_PER_MINUTE": "0",
            "TWILIO_PIPELINE_LIFECYCLE_METRICS_PORT": str(ports[0]),
            "TWILIO_PIPELINE_FALLBACK_METRICS_PORT": str(ports[1]),
            "TWILIO_PIPELINE_LIFECYCLE_SILENCE_S": f'{{"sms": {SILENCE_S}}}',
        }
        with (
            child(part("lifecycle"), given, here.folder / "lifecycle.log"),
            child([*part("fallback"), "run"], given, here.folder / "fallback.log"),
        ):
            for port in ports:
                await until(partial(_ready, port), "a worker")
            return await _measured(here)


def _ready(port: int) -> bool:
    return asyncio.run(answers(f"http://127.0.0.1:{port}/readyz"))


async def _measured(here: Stage) -> dict[str, float]:
    dispatched: dict[str, float] = {}
    deadlines: dict[str, float] = {}
    reading = asyncio.create_task(_read(here, dispatched, deadlines))
    await _send(here, WARM_S)
    deadlines.clear()
    failed = await _send(here, SECONDS)
    await asyncio.sleep(SILENCE_S + WARM_S)
    reading.cancel()
    return _spread("failed", failed, dispatched) | _spread("silent", deadlines, dispatched)


def _spread(name: str, due: dict[str, float], seen: dict[str, float]) -> dict[str, float]:
    delays = [seen.get(sid, float("inf")) - at for sid, at in due.items()]
    percentiles = statistics.quantiles(delays, n=100)
    return {
        f"{name}_plans": len(delays),
        f"{name}_p50_ms": percentiles[49],
        f"{name}_p99_ms": percentiles[98],
    }


async def _read(here: Stage, dispatched: dict[str, float], deadlines: dict[str, float]) -> None:
    """Note by message when the dispatch was read, and when it was silent for too long."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=here.kafka.bootstrap_servers, auto_offset_reset="earliest"
    )
    await consumer.start()
    consumer.assign([TopicPartition(FALLBACK, 0), TopicPartition(OUTCOMES, 0)])
    try:
        async for record in consumer:
            if record.topic == OUTCOMES:
                for told in msgspec.json.decode(record.value, type=list[Outcome]):
                    if told.kind == "silent":
                        deadlines[told.subject_sid] = told.decided_at
                continue
            for step in msgspec.json.decode(record.value, type=list[FallbackStep]):
                if step.state == "dispatched":
                    dispatched[step.subject_sid] = time.time() * 1000
    finally:
        await consumer.stop()


async def _send(here: Stage, seconds: float) -> dict[str, float]:
    """Send for a while; give by message when its failure was sent."""
    producer = AIOKafkaProducer(bootstrap_servers=here.kafka.bootstrap_servers, acks="all")
    await producer.start()
    failed: dict[str, float] = {}
    started, per_batch = time.perf_counter(), 3 * BATCH
    for number in range(int(RATE * seconds / per_batch)):
        await asyncio.sleep(max(started + number * per_batch / RATE - time.perf_counter(), 0))
        now = int(time.time() * 1000)
        made = list(events(BATCH, now - _RECEIPT_MS, seed=now))
        failed[made[-1][0]] = now
        batch = [*(event for _, event in made[:-1]), _failure(made[-1][1])]
        if number % SILENT_EVERY == 0:
            del batch[2]
        headers = raw_headers(RecordInfo(now, "benchmark", len(batch)))
        await producer.send(RAW["messaging"], join(batch), partition=0, headers=headers)
    await producer.stop()
    return failed


def _failure(receipt: bytes) -> bytes:
    """Make the receipt one that the message was not delivered."""
    told = receipt.replace(b"delivered", b"undelivered").replace(b"DELIVERED", b"UNDELIVERED")
    return told.replace(b'"tags":', b'"errorCode":30003,"tags":')
