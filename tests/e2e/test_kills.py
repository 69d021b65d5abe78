"""Every part is killed with -9 while traffic flows, and nothing is lost or counted wrong."""

import asyncio

import pytest

from tests.e2e.stack_process import StackProcess, eventually

MESSAGES = 12_000
RATE = 1_500.0
#: What the processor says of a record or a state row that it misses; nobody else would notice.
HOLES = ("were not delivered", "lacks rows")


@pytest.mark.parametrize("part", ["ingest", "lifecycle", "sink", "clickhouse", "kafka"])
async def test_a_part_killed_in_full_traffic(stack: StackProcess, part: str) -> None:
    run = stack.traffic(part, MESSAGES, RATE)
    sending = asyncio.create_task(run.execute())
    await eventually(lambda: run.tally.events > MESSAGES / 2, 30, "traffic flows")

    await asyncio.gather(sending, stack.kill(part))

    assert run.tally.complete
    assert run.tally.events > MESSAGES * 2
    verdict = await stack.verdict(run.truth_file)
    assert verdict.clean, "\n".join(verdict.lines())
    assert verdict.messages.equal == MESSAGES
    log = (stack.data / "logs" / "lifecycle.log").read_text("utf-8", "replace")
    assert not [sign for sign in HOLES if sign in log]
