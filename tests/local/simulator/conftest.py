"""A plan that draws nothing from the clock."""

from collections.abc import Callable

import pytest

from local.simulator.scenario import SCENARIOS, ScenarioName
from local.simulator.traffic import Plan

START = 1_767_225_600_000  # 2026-01-01T00:00:00Z

MakePlan = Callable[..., Plan]


@pytest.fixture
def make_plan() -> MakePlan:
    def make(
        seed: int = 7, messages: int = 2_000, scenario: ScenarioName = "steady", start: int = START
    ) -> Plan:
        return Plan(
            seed=seed,
            messages=messages,
            rate=100.0,
            scenario=SCENARIOS[scenario],
            start=start,
        )

    return make
