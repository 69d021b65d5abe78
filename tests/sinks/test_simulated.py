"""What a simulated run's events become in the views is what the simulator knows of them."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from local.simulator.scenario import SCENARIOS
from local.simulator.traffic import Plan, stories
from local.simulator.truth_writer import TruthWriter
from local.truth.check import check
from local.truth.truth import read_truth
from pipeline.analyst import connect_analyst

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sinks.shelf import Shelf

START = 1_767_225_600_000


@pytest.mark.parametrize("kept", [1.0, 0.8], ids=["complete", "with events missing"])
async def test_views_equal_the_truth(shelf: Shelf, tmp_path: Path, kept: float) -> None:
    random = Random(3)  # noqa: S311  a test's disorder
    plan = Plan(seed=9, messages=1_000, rate=50, scenario=SCENARIOS["outage"], start=START)
    events = [event for _, story in stories(plan) for event in story if random.random() < kept]
    with (tmp_path / "truth.ndjson").open("wb") as file:
        writer = TruthWriter(file)
        for event in events:
            writer.acknowledged(event)
        writer.finish()
    elements = [event.element for event in [*events, *random.sample(events, 200)]]
    random.shuffle(elements)
    for first in range(0, len(elements), 700):
        await shelf.put(*elements[first : first + 700])

    async with connect_analyst(shelf.settings) as analyst:
        verdict = await check(analyst, read_truth(tmp_path / "truth.ndjson"))
    compared = {part.name: part for part in verdict.parts}
    for name in ("events", "messages", "verifications", "attempts", "calls", "error entries"):
        part = compared[name]
        assert part.clean, verdict.lines()
        assert part.equal >= 5, part
