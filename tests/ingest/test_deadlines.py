import asyncio
from functools import partial

from ingest.deadlines import Deadlines


async def test_what_is_not_done_in_time_is_told_in_order_and_what_is_done_is_not() -> None:
    deadlines, late, end = Deadlines(0.02), list[str](), asyncio.Event()
    futures = [asyncio.get_running_loop().create_future() for _ in range(4)]
    for name, future in zip("abcd", futures, strict=True):
        deadlines.watch(future, partial(late.append, name))
    futures[1].set_result(None)
    deadlines.watch(asyncio.get_running_loop().create_future(), end.set)
    await asyncio.wait_for(end.wait(), 10)
    assert late == ["a", "c", "d"]


async def test_it_watches_again_after_a_pause() -> None:
    deadlines = Deadlines(0.01)
    for _ in range(2):
        end = asyncio.Event()
        deadlines.watch(asyncio.get_running_loop().create_future(), end.set)
        await asyncio.wait_for(end.wait(), 10)
