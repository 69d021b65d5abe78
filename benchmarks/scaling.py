"""Two lifecycle processors, half of the partitions each, against one that has them all.

``speedup`` compares events a second while all are busy. Where workers, broker and this program
share few cores the machine is the limit, not the workers; so ``cores_speedup`` compares the
processor time an event takes: what two would reach with a core each, if the broker keeps up.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final

import msgspec

from benchmarks.result import Result
from benchmarks.stage import fill, stage, until
from benchmarks.traffic import records
from benchmarks.worker import Worker, worker
from pipeline.topics import RAW

PARTITIONS: Final = 4
MESSAGES: Final = 200_000
RECORD: Final = 50
#: Up to here all workers have something left to do.
_BUSY: Final = 0.85
_PATIENCE_S: Final = 120.0


class _Speed(msgspec.Struct, frozen=True):
    events: float
    cpu_us: float


def run() -> Result:
    """Measure one, then two."""
    one, two = (asyncio.run(_measure(number)) for number in (1, 2))
    figures = {
        "one_events": one.events,
        "one_cpu_us": one.cpu_us,
        "two_events": two.events,
        "two_cpu_us": two.cpu_us,
        "speedup": two.events / one.events,
        "cores_speedup": 2 * one.cpu_us / two.cpu_us,
    }
    return Result("scaling", figures, {})


async def _measure(number: int) -> _Speed:
    async with stage(PARTITIONS) as here, AsyncExitStack() as stack:
        now = int(time.time() * 1000)
        await fill(here, RAW["messaging"], records(MESSAGES, now, PARTITIONS, RECORD))
        workers = [
            await stack.enter_async_context(worker(here, f"lifecycle-{index}.log"))
            for index in range(number)
        ]
        await until(lambda: all(each.folded() for each in workers), "every worker's first events")
        return await _while_busy(workers)


async def _while_busy(workers: Sequence[Worker]) -> _Speed:
    folded, started, cpu = _folded(workers), time.perf_counter(), _cpu_s(workers)
    await until(lambda: _folded(workers) >= _BUSY * 3 * MESSAGES, "most of the topic", _PATIENCE_S)
    done = _folded(workers) - folded
    seconds, used = time.perf_counter() - started, _cpu_s(workers) - cpu
    return _Speed(done / seconds, 1e6 * used / done)


def _folded(workers: Sequence[Worker]) -> float:
    return sum(each.folded() for each in workers)


def _cpu_s(workers: Sequence[Worker]) -> float:
    return sum(each.cpu_s() for each in workers)
