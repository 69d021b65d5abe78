"""What the ingress makes of single posts for the processor behind it.

Twilio posts one event at a time. At 100 and at 2,000 posts a second: how many records the raw
topic gets, how many events there are in one, and the share of a core that ingress and processor
take.
"""

import asyncio
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from benchmarks.agreement import ends_of
from benchmarks.ingress import PARTITIONS, ingress, read_metrics, run_load
from benchmarks.result import Result
from benchmarks.stage import Stage, stage, until
from benchmarks.worker import Worker, worker
from pipeline.topics import RAW

RATES: Final = (100, 2_000)
SECONDS: Final = 20.0
_CPU: Final = "process_cpu_seconds_total"


def run() -> Result:
    """Measure each rate on the same broker, one after the other."""
    return asyncio.run(_run())


async def _run() -> Result:
    figures: dict[str, float] = {}
    async with stage(PARTITIONS) as here, worker(here) as running:
        with ingress(here) as port:
            await until(lambda: _answers(port) and bool(running.metrics()), "both parts")
            for rate in RATES:
                figures |= await _measure(here, running, port, rate)
    return Result("coalescing", figures, {})


async def _measure(here: Stage, running: Worker, port: int, rate: int) -> dict[str, float]:
    records, cpu, folded = await _ends(here), running.cpu_s(), running.folded()
    before = await asyncio.to_thread(read_metrics, port)
    loop = asyncio.get_running_loop()
    started = loop.time()
    load = await run_load(port, 1, SECONDS, rate)
    seconds = loop.time() - started
    after = await asyncio.to_thread(read_metrics, port)
    made, events = await _ends(here) - records, running.folded() - folded
    return {
        f"{rate}_posts": load.requests_per_s,
        f"{rate}_p99_ms": load.p99_ms,
        f"{rate}_records": made / seconds,
        f"{rate}_events_a_record": events / made,
        f"{rate}_worker_cpu_percent": 100 * (running.cpu_s() - cpu) / seconds,
        f"{rate}_ingress_cpu_percent": 100 * (after[_CPU] - before[_CPU]) / seconds,
    }


async def _ends(here: Stage) -> int:
    """How many records the raw topic has."""
    servers = here.kafka.bootstrap_servers
    consumer = AIOKafkaConsumer(bootstrap_servers=servers)
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await consumer.start()
    await admin.start()
    try:
        return sum((await ends_of(consumer, admin, [RAW["messaging"]])).values())
    finally:
        await admin.close()
        await consumer.stop()


def _answers(port: int) -> bool:
    try:
        return bool(read_metrics(port))
    except OSError:
        return False
