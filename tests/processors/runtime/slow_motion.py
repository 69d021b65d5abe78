"""The counting program in slow motion: what may collide at a rebalance is sure to.

Started as counting.py. SIGHUP makes it join its group anew, as if another worker had come.
"""

import asyncio
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP

from processors.runtime.consumer import SeekGuardedConsumer
from processors.runtime.partition import PartitionState
from processors.runtime.writer import Writer
from tests.processors.runtime.counting import main

seek_wait, take_over = Consumer.seek_wait, Writer.take_over
fetched_records = Fetcher.fetched_records
update_positions, make = (
    Fetcher._update_fetch_positions,  # noqa: SLF001  put in its place
    GroupCoordinator.__init__,
)
coordinators: list[GroupCoordinator] = []
wanted, sought = threading.Event(), threading.Event()


async def seek_and_rest(consumer: Consumer, partitions: Mapping[TP, int]) -> None:
    """Leave a recovery between its seek and its start while the first rows come."""
    await seek_wait(consumer, partitions)
    sys.stderr.write("the state is sought\n")
    sought.set()
    await asyncio.sleep(0.7)


async def take_over_late(writer: Writer, states: Sequence[PartitionState]) -> bool:
    """Leave it between its last row and the source partitions' seek."""
    await asyncio.sleep(1.0)
    return await take_over(writer, states)


async def find_positions_late(fetcher: Fetcher, *arguments: Any) -> bool:  # noqa: ANN401  aiokafka
    """Let the first rows come after that seek."""
    await until_sought()
    found: bool = await update_positions(fetcher, *arguments)
    return found


async def poll_long(fetcher: Fetcher, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  aiokafka
    """Have a poll under way from before the revocation until the first rows come."""
    if wanted.is_set():
        wanted.clear()
        sought.clear()
        coordinators[-1].request_rejoin()
        await until_sought()
    return await fetched_records(fetcher, *arguments, **options)


async def until_sought() -> None:
    while not sought.is_set():  # noqa: ASYNC110  it is set in another thread
        await asyncio.sleep(0.01)


def note(coordinator: GroupCoordinator, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  aiokafka
    """Note who can ask for it."""
    make(coordinator, *arguments, **options)
    coordinators.append(coordinator)


if __name__ == "__main__":
    setattr(SeekGuardedConsumer, "seek_wait", seek_and_rest)  # noqa: B010  in its place
    setattr(Writer, "take_over", take_over_late)  # noqa: B010  in its place
    setattr(Fetcher, "_update_fetch_positions", find_positions_late)  # noqa: B010  in its place
    setattr(Fetcher, "fetched_records", poll_long)  # noqa: B010  in its place
    setattr(GroupCoordinator, "__init__", note)  # noqa: B010  in its place
    signal.signal(signal.SIGHUP, lambda *_: wanted.set())
    main(*sys.argv[1:])
