"""Two lifecycle processors, half of the partitions each, against one that has them all.

``speedup`` compares events a second while all are busy. Where workers, broker and this program
share few cores the machine is the limit, not the workers; so ``cores_speedup`` compares the
processor time an event takes: what two would reach with a core each, if the broker keeps up.
"""

import asyncio
import time
from typing import Final

from benchmarks.counted import Counted
from benchmarks.result import Result
from benchmarks.speed import measured
from benchmarks.stage import fill, stage
from benchmarks.traffic import STATUSES, records
from pipeline.topics import RAW

PARTITIONS: Final = 4
MESSAGES: Final = 200_000
RECORD: Final = 50
#: Up to here all workers have something left to do.
_BUSY: Final = 0.8


def run() -> Result:
    """Measure one, then two."""
    one, two = (asyncio.run(_measure(number)) for number in (1, 2))
    figures = {
        "one_events": one.events,
        "one_cpu_us": one.cpu_seconds * 1e6,
        "two_events": two.events,
        "two_cpu_us": two.cpu_seconds * 1e6,
        "speedup": two.events / one.events,
        "cores_speedup": 2 * one.cpu_seconds / two.cpu_seconds,
    }
    return Result("scaling", figures, {})


async def _measure(workers: int) -> Counted:
    async with stage(PARTITIONS) as here:
        now = int(time.time() * 1000)
        await fill(here, RAW["messaging"], records(MESSAGES, now, PARTITIONS, RECORD))
        return await measured(here, len(STATUSES) * MESSAGES, workers, _BUSY)
