import asyncio
import os
import signal

import pytest

from local.supervisor.signals import ended_by_signals


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
async def test_the_block_is_left_in_order_and_quietly(signum: signal.Signals) -> None:
    steps: list[str] = []
    with ended_by_signals():
        try:
            os.kill(os.getpid(), signum)
            await asyncio.Event().wait()
        finally:
            os.kill(os.getpid(), signum)  # an impatient second one does not hurt
            await asyncio.sleep(0)
            steps.append("stopped")
    assert steps == ["stopped"]
    await asyncio.sleep(0)


async def test_a_cancellation_from_elsewhere_stays_one() -> None:
    async def wait() -> None:
        with ended_by_signals():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
