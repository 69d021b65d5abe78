"""How long a restarted lifecycle processor takes until it folds again, and its memory.

For 100,000 and 1,000,000 open messages: after their first event (each is in one state row), after
their second (each is in two, which is the most there can be before old rows are merged) and after
their third, when the oldest third of what was written has been merged away. The worker is ended
and started again each time; ``empty`` is a start without any state.
"""

import asyncio
import re
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final
from zlib import crc32

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from benchmarks.agreement import ends_of
from benchmarks.result import Result
from benchmarks.stage import Stage, fill, stage, until
from benchmarks.traffic import STATUSES, events
from benchmarks.worker import LOG, worker
from pipeline.records import join
from pipeline.settings import LifecycleSettings, load
from pipeline.topics import RAW

OPEN: Final = (100_000, 1_000_000)
PARTITIONS: Final = 4
RECORD: Final = 50
_FOLD_S: Final = 600.0
_RESTORED: Final = re.compile(r'"seconds": ([0-9.]+), "event": "state restored"')


def run() -> Result:
    """Measure both sizes."""
    figures: dict[str, float] = {}
    for messages in OPEN:
        figures |= asyncio.run(_run(messages))
    return Result("recovery", figures, {})


async def _run(messages: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    start_ms = int(time.time() * 1000)
    async with stage(PARTITIONS) as here:
        figures |= await _restart(here, "empty")
        for number, status in enumerate(STATUSES):
            await fill(here, RAW["messaging"], records(messages, start_ms, number))
            async with worker(here):
                await _fold_all(here)
            label = f"{messages // 1000}k_{number + 1}_{status}"
            figures |= await _restart(here, label)
    return figures


def records(messages: int, start_ms: int, number: int) -> Iterator[tuple[int, bytes]]:
    """Give the ``number``-th event of every message, in records of ``RECORD`` events."""
    waiting: list[list[bytes]] = [[] for _ in range(PARTITIONS)]
    for sid, event in islice(events(messages, start_ms), number, None, len(STATUSES)):
        place = crc32(sid.encode()) % PARTITIONS
        waiting[place].append(event)
        if len(waiting[place]) == RECORD:
            yield place, join(waiting[place])
            waiting[place] = []
    yield from ((place, join(rest)) for place, rest in enumerate(waiting) if rest)


async def _restart(here: Stage, label: str) -> dict[str, float]:
    started = time.perf_counter()
    async with worker(here) as running:
        await until(lambda: bool(running.metrics()), f"recovery of {label}", 300.0)
        seconds = time.perf_counter() - started
        return {
            f"{label}_ready_s": seconds,
            f"{label}_cpu_s": running.cpu_s(),
            f"{label}_restore_s": _restore_seconds(here.folder / LOG),
            f"{label}_peak_mib": running.peak_mib(),
            f"{label}_resident_mib": running.resident_mib(),
        }


def _restore_seconds(log: Path) -> float:
    """Give the part of it in which rows become state; before it Faust reads the changelog."""
    found = _RESTORED.findall(log.read_text())
    return float(found[-1]) if found else 0.0


async def _fold_all(here: Stage) -> None:
    """Wait until everything is committed."""
    servers, group = here.kafka.bootstrap_servers, load(LifecycleSettings).app_id
    consumer = AIOKafkaConsumer(bootstrap_servers=servers)
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await consumer.start()
    await admin.start()
    ends = await ends_of(consumer, admin, [RAW["messaging"]])
    deadline = time.monotonic() + _FOLD_S
    while True:
        committed = await admin.list_consumer_group_offsets(group)
        if all(tp in committed and committed[tp].offset == end for tp, end in ends.items()):
            break
        if time.monotonic() > deadline:
            raise TimeoutError(f"not folded within {_FOLD_S:.0f} s")
        await asyncio.sleep(0.5)
    await admin.close()
    await consumer.stop()
