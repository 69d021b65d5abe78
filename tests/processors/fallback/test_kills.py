"""Fallbacks on a real broker: each step reaches Twilio once, whatever dies, and none is lost."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.processors.fallback.stage import Stage, staged
from tests.processors.fallback.world import sid


@pytest.fixture
async def stage(kafka: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(kafka, tmp_path) as found:
        yield found


def all_sent(numbers: range) -> set[tuple[str, str]]:
    return {("sent", sid("VE", number)) for number in numbers}


def check(stage: Stage) -> None:
    """Told before it is done, and not before it is due."""
    for step in stage.told.values():
        if step.state == "dispatched":
            planned = stage.told.get(step.id.replace(":dispatched", ":planned"))
            first = stage.told[f"{step.plan_id}:0:0:0:planned"]
            assert step.at >= (planned or first).due_at


async def test_a_step_is_taken_once_over_kills(stage: Stage) -> None:
    numbers = range(80)
    slow = {"kind": "hang", "method": "POST", "path": "/v2/", "seconds": 0.15, "times": 100_000}
    lost = {"kind": "take_and_drop", "method": "POST", "path": "/v2/", "times": 3}
    for fault in (lost, slow):
        await stage.tell_twilio("faults", fault)
    failing = asyncio.create_task(stage.fail(*numbers))
    for reached in (5, 40):
        worker = stage.start()
        await stage.made(reached)
        worker.kill()
        worker.wait()
    stage.start()
    await failing
    await stage.hear(lambda told: told >= all_sent(numbers))
    assert await stage.calls() == Counter({sid("VE", number): 1 for number in numbers})
    check(stage)


async def test_a_paused_worker_does_nothing_its_successor_does(stage: Stage) -> None:
    first = stage.start()
    await stage.fail(0)
    await stage.made(1)
    await stage.fail(*range(1, 20))
    await stage.hear(lambda told: ("planned", sid("VE", 19)) in told)
    os.kill(first.pid, signal.SIGSTOP)
    stage.start()
    await stage.fail(*range(20, 40))
    await stage.made(40)
    os.kill(first.pid, signal.SIGCONT)
    await stage.hear(lambda told: told >= all_sent(range(40)))
    await stage.fail(*range(40, 50))
    await stage.hear(lambda told: told >= all_sent(range(50)))
    assert await stage.calls() == Counter({sid("VE", number): 1 for number in range(50)})
    check(stage)


async def test_a_stop_holds_for_all_workers_and_over_their_deaths(stage: Stage) -> None:
    workers = [stage.start(), stage.start()]
    await stage.fail(1, error_class="other")
    await stage.hear(lambda told: ("planned", sid("VE", 1)) in told)
    await stage.order("stop")
    ordered = time.monotonic()
    await stage.hear(lambda told: ("ended", sid("VE", 1)) in told)
    assert time.monotonic() - ordered < 3
    for worker in workers:
        worker.kill()
        worker.wait()
    stage.start()
    await stage.fail(2)
    await stage.hear(lambda told: ("skipped", sid("VE", 2)) in told)
    await stage.order("start")
    for number in range(3, 300):
        await stage.fail(number)
        if calls := await stage.calls():
            break
        await asyncio.sleep(0.1)
    assert calls.keys() <= {sid("VE", later) for later in range(3, number + 1)}
    assert stage.states()["ended", "stopped"] == 1
