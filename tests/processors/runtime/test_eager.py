"""A coroutine that need not wait costs no task; one that has to goes on as if begun in one."""

import asyncio

import pytest

from processors.runtime.eager import begin


async def test_what_need_not_wait_is_done_at_once() -> None:
    done: list[int] = []

    async def quick() -> None:
        done.append(1)

    assert begin(quick()) is None
    assert done == [1]


async def test_what_has_to_wait_goes_on_where_it_was() -> None:
    steps: list[str] = []
    door = asyncio.get_running_loop().create_future()

    async def slow() -> None:
        steps.append("begun")
        steps.append(await door)
        await asyncio.sleep(0)
        steps.append("ended")

    rest = begin(slow())
    assert rest is not None
    task = asyncio.create_task(rest)
    await asyncio.sleep(0)
    assert steps == ["begun"]
    door.set_result("opened")
    await task
    assert steps == ["begun", "opened", "ended"]


async def test_a_cancellation_reaches_it() -> None:
    heard: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(0)
            heard.append("canceled")

    rest = begin(slow())
    assert rest is not None
    task = asyncio.create_task(rest)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert heard == ["canceled"]


async def test_what_it_raises_is_raised_at_once_and_later() -> None:
    async def broken(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        raise KeyError(turns)

    with pytest.raises(KeyError):
        begin(broken(0))
    rest = begin(broken(2))
    assert rest is not None
    with pytest.raises(KeyError):
        await rest
