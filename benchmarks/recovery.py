"""How long a restarted lifecycle processor takes until it folds again, its memory, and kills.

For 100,000 and 1,000,000 open messages: after their first event (each is in one state row), after
their second (each is in two, which is the most there can be before old rows are merged) and after
their third, when the oldest third of what was written has been merged away. The worker is ended
and started again each time; ``empty`` is a start without any state.

While the third event comes, the worker is killed with -9 again and again: in its recovery, and
when it folds. At the end committed offsets, states, windows and outcomes must be the truth.
"""

import asyncio
import os
import random
import re
import time
from pathlib import Path
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from benchmarks.agreement import check_agreement, ends_of
from benchmarks.crowd import QUEUED, SENT, STAGES, records
from benchmarks.crowd_check import check_crowd
from benchmarks.kept import Kept
from benchmarks.result import Result
from benchmarks.stage import Stage, fill, part, stage, until
from benchmarks.worker import LOG, Routes, environment, worker
from local.ports import free_port
from pipeline.settings import LifecycleSettings, load
from pipeline.topics import RAW

OPEN: Final = (100_000, 1_000_000)
PARTITIONS: Final = 4
KILLS: Final = 3
_LABELS: Final = ("1_queued", "2_sent", "3_ended")
_FOLDING_S: Final = 1.0
_FOLD_S: Final = 900.0
_READY_S: Final = 600.0
_RESTORED: Final = "state restored"
_SECONDS: Final = re.compile(r'"seconds": ([0-9.]+), "event": "state restored"')
#: However slow the machine, silence is not due before the end; the deadlines are set all the same.
_SILENCE: Final = {"TWILIO_PIPELINE_LIFECYCLE_SILENCE_S": '{"other": 86400}'}


def run() -> Result:
    """Measure both sizes; PermanentError where the end is not the truth."""
    os.environ |= _SILENCE
    figures: dict[str, float] = {}
    for messages in OPEN:
        figures |= asyncio.run(_run(messages))
    return Result("recovery", figures, {})


async def _run(messages: int) -> dict[str, float]:
    start_ms, name = int(time.time() * 1000), f"{messages // 1000}k"
    async with stage(PARTITIONS) as here:
        figures = await _restart(here, "empty")
        for number in (QUEUED, SENT):
            await fill(here, RAW["messaging"], records(messages, start_ms, number, PARTITIONS))
            async with worker(here):
                await _fold_all(here)
            figures |= await _restart(here, f"{name}_{_LABELS[number]}")
        restart_s = figures[f"{name}_{_LABELS[SENT]}_ready_s"]
        in_recovery, under_traffic = await _kill(here, messages, start_ms, restart_s)
        figures |= await _restart(here, f"{name}_{_LABELS[-1]}")
        await check_agreement(here.kafka)
        await check_crowd(here.kafka, messages, start_ms)
    return figures | {
        f"{name}_killed_in_recovery": in_recovery,
        f"{name}_killed_under_traffic": under_traffic,
    }


async def _kill(here: Stage, messages: int, start_ms: int, restart_s: float) -> tuple[int, int]:
    """Kill the worker in its recovery and while it folds the last events.

    Gives how often it was in its recovery, and how often it had folded some and not all.
    """
    port = free_port()
    kept = Kept(part("lifecycle"), environment(here, port), here.folder / "killed.log")
    async with kept.here():
        in_recovery = sum([await _kill_early(kept, Routes(port), restart_s) for _ in range(KILLS)])
        last = records(messages, start_ms, STAGES - 1, PARTITIONS)
        filling = asyncio.create_task(fill(here, RAW["messaging"], last))
        in_recovery += await _kill_early(kept, Routes(port), restart_s)
        under_traffic = sum([await _kill_folding(kept, Routes(port), here) for _ in range(KILLS)])
        await filling
        await _fold_all(here)
    return in_recovery, under_traffic


async def _kill_early(kept: Kept, routes: Routes, restart_s: float) -> bool:
    """Kill it some time after it has begun to recover; gives whether it had not ended that."""
    await until(routes.is_up, "a worker to kill", _READY_S)
    await asyncio.sleep(random.uniform(0, restart_s / 4))  # noqa: S311  not secret
    is_early = not kept.says(_RESTORED)
    await _kill_now(kept)
    return is_early


async def _kill_folding(kept: Kept, routes: Routes, here: Stage) -> bool:
    """Kill it soon after it has begun to fold; gives whether there was more to fold."""
    await until(lambda: bool(routes.metrics()), "a worker at work", _READY_S)
    await asyncio.sleep(random.uniform(0, _FOLDING_S))  # noqa: S311  not secret
    await _kill_now(kept)
    return not await _is_folded(here)


async def _kill_now(kept: Kept) -> None:
    starts = kept.starts
    kept.kill()
    await until(lambda: kept.starts > starts, "another start")


async def _restart(here: Stage, label: str) -> dict[str, float]:
    started = time.perf_counter()
    async with worker(here) as running:
        await until(lambda: bool(running.metrics()), f"recovery of {label}", _READY_S)
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
    found = _SECONDS.findall(log.read_text())
    return float(found[-1]) if found else 0.0


async def _fold_all(here: Stage) -> None:
    """Wait until everything is committed."""
    deadline = time.monotonic() + _FOLD_S
    while not await _is_folded(here):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not folded within {_FOLD_S:.0f} s")
        await asyncio.sleep(0.5)


async def _is_folded(here: Stage) -> bool:
    """Whether all there is has been committed."""
    servers, group = here.kafka.bootstrap_servers, load(LifecycleSettings).app_id
    consumer = AIOKafkaConsumer(bootstrap_servers=servers)
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await consumer.start()
    await admin.start()
    try:
        ends = await ends_of(consumer, admin, [RAW["messaging"]])
        committed = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
        await consumer.stop()
    return all(tp in committed and committed[tp].offset == end for tp, end in ends.items())
