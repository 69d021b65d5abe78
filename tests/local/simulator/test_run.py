"""A run against a server that answers badly: the truth holds what was taken, and no more."""

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from local.simulator.backoff import Backoff
from local.simulator.planned import PlannedEvent
from local.simulator.run import Run
from local.simulator.scenario import SCENARIOS
from local.simulator.timing import Timing
from local.simulator.traffic import Plan
from local.simulator.webhook import Webhook
from local.truth.truth import read_truth
from pipeline.errors import ConfigurationError


class Receiver:
    """Takes most, says 503 to some, refuses each request whose number ``refused`` divides."""

    def __init__(self, refused: int = 0) -> None:
        self.taken = Counter[str]()
        self._requests = 0
        self._refused = refused

    async def take(self, request: web.Request) -> web.Response:
        self._requests += 1
        body = msgspec.json.decode(await request.read())
        if self._refused and self._requests % self._refused == 0:
            return web.Response(status=400)
        if self._requests % 10 == 0:
            return web.Response(status=503)
        self.taken.update(event["id"] for event in body)
        return web.Response()


async def _run(receiver: Receiver, truth_file: Path, *, goes_on: bool = False) -> Run:
    app = web.Application()
    app.router.add_post("/twilio/events", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/twilio/events"
    plan = Plan(
        seed=3,
        messages=400,
        rate=2_000,
        scenario=SCENARIOS["outage"],
        start=int(time.time() * 1_000),
        timing=Timing(pace=0.02),
    )
    backoff = Backoff(first_s=0.001, longest_s=0.01)
    run = Run(plan, Webhook(url, "https://example.com/e", "t"), truth_file, backoff)
    if goes_on:
        run.linger_s = 0.2
        run.on_story = lambda story: _tell_once(run, story[0])
    try:
        await run.execute()
    finally:
        await runner.cleanup()
    return run


def _tell_once(run: Run, event: PlannedEvent) -> None:
    """Have a story go on when the run is nearly over."""
    if event.time < run.plan.start + 195:
        return
    late = replace(event, id=f"{event.id}-more", time=int(time.time() * 1_000) + 100)
    element = event.element.replace(event.id.encode(), late.id.encode())
    run.tell([replace(late, element=element, subject=None)])


async def test_what_goes_on_besides_the_plan_is_sent_and_true(tmp_path: Path) -> None:
    receiver = Receiver()
    run = await _run(receiver, tmp_path / "truth.ndjson", goes_on=True)

    truth = read_truth(tmp_path / "truth.ndjson")
    more = {event_id for event_id in truth.events if event_id.endswith("-more")}
    assert more
    assert more <= receiver.taken.keys() == truth.events.keys()
    run.tell([])
    assert run.tally.distinct == len(receiver.taken)


async def test_the_truth_is_what_was_taken(tmp_path: Path) -> None:
    receiver = Receiver()
    run = await _run(receiver, tmp_path / "truth.ndjson")

    truth = read_truth(tmp_path / "truth.ndjson")
    assert truth.events.keys() == receiver.taken.keys()
    assert len(truth.messages) == run.tally.messages == 400
    assert run.tally.distinct == len(receiver.taken)
    assert run.tally.events == receiver.taken.total()
    assert run.tally.duplicates == receiver.taken.total() - len(receiver.taken) > 0
    assert run.tally.resends > 0
    assert run.tally.complete


async def test_refused_events_are_counted_and_not_in_the_truth(tmp_path: Path) -> None:
    receiver = Receiver(refused=7)
    run = await _run(receiver, tmp_path / "truth.ndjson")

    assert run.tally.refused > 0
    assert not run.tally.complete
    assert "refused for good" in run.tally.describe()
    assert read_truth(tmp_path / "truth.ndjson").events.keys() == receiver.taken.keys()


async def test_a_truth_file_that_cant_be_written_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't write the truth file"):
        await _run(Receiver(), tmp_path / "missing" / "truth.ndjson")
