"""How fast lifecycle processors go through a topic that is full."""

import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Final

import msgspec

from benchmarks.counted import Counted
from benchmarks.stage import Stage, until
from benchmarks.worker import Worker, worker

#: Where measuring ends: at the very end a processor waits for what is left of a fetch.
_NEARLY_ALL: Final = 0.95
_LOOK_S: Final = 0.2
_PATIENCE_S: Final = 180.0


class _Progress(msgspec.Struct, frozen=True):
    """Events folded at a time, and the processor time taken until then, in seconds."""

    folded: float
    at: float
    cpu_s: float


async def measured(
    here: Stage, events: int, workers: int = 1, share: float = _NEARLY_ALL
) -> Counted:
    """Run so many workers; from when all are at work until this share of events is folded."""
    async with AsyncExitStack() as stack:
        running = [
            await stack.enter_async_context(worker(here, f"lifecycle-{number}.log"))
            for number in range(workers)
        ]
        await _until(lambda: all(each.folded() for each in running))
        first = _progress(running)
        await _until(lambda: _progress(running).folded >= share * events)
        last = _progress(running)
    folded = last.folded - first.folded
    return Counted(folded / (last.at - first.at), (last.cpu_s - first.cpu_s) / folded)


async def _until(condition: Callable[[], bool]) -> None:
    """Look rarely, for each look costs a processor some milliseconds."""
    await until(condition, "the lifecycle processor", _PATIENCE_S, every=_LOOK_S)


def _progress(running: Sequence[Worker]) -> _Progress:
    folded = sum(each.folded() for each in running)
    return _Progress(folded, time.perf_counter(), sum(each.cpu_s() for each in running))
