"""Detection on a real broker, killed while windows with an outage flow in."""

import asyncio
import uuid
from pathlib import Path
from random import Random

from pipeline.items.alert import Alert
from tests.processors.alerts.broker import expected, make_topics, produce, reading, start, story

KILLS = 3


async def test_kills_lose_nothing_and_tell_nothing_new(kafka: str, tmp_path: Path) -> None:
    name, records, log = f"alerts-{uuid.uuid4().hex[:8]}", story(), tmp_path / "worker.log"
    truth = expected(records)
    states = [each.state for each in truth.values() if isinstance(each, Alert)]
    assert (states[0], states[-1]) == ("firing", "resolved")
    assert len(truth) > len(states)  # notices, too
    await make_topics(kafka, name)
    feeding = asyncio.create_task(produce(kafka, name, records))
    random = Random(7)  # noqa: S311  when to kill
    async with reading(kafka, name) as told:
        for kills in range(KILLS + 1):
            worker = start(kafka, name, log)
            try:
                await told.until_there_are(len(truth) * kills // KILLS or 1)
                await asyncio.sleep(random.uniform(0.0, 0.4))
            finally:
                worker.kill()
                worker.wait()
        await feeding
        assert await told.read() == truth, log.read_text()
    assert all(item == truth[key] for key, item in told.items)  # what is repeated is the same
