"""What the demo shows: the outage in red, the counts, the verdict."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from local.demo.bars import bars
from local.demo.clock import clock
from local.demo.plain import line
from local.demo.snapshot import Deliveries, Snapshot
from local.demo.stage import Stage
from local.demo.view import render
from local.simulator.run import Run
from local.simulator.scenario import SCENARIOS
from local.simulator.tally import Tally
from local.simulator.traffic import Plan
from local.simulator.webhook import Webhook

START = 1_767_225_600_000
FIRST, SECOND = START // 1_000, START // 1_000 + 60

SNAPSHOT = Snapshot(
    windows={
        FIRST: {"US": Deliveries(1_000, 960, 0), "BR": Deliveries(200, 40, 100)},
        SECOND: {"US": Deliveries(10, 4, 5)},
    },
    slices={"BR": {0: Deliveries(10, 10, 0), 1: Deliveries(10, 1, 0), 3: Deliveries(10, 1, 8)}},
    stored=1_234,
    newest_age_ms=800,
    lag={"twilio-sink": 12},
)


@pytest.fixture
def stage() -> Stage:
    plan = Plan(seed=1, messages=400, rate=10, scenario=SCENARIOS["outage"], start=START)
    run = Run(plan, Webhook("", "", ""), Path())
    run.tally = Tally(events=1_500, distinct=1_400)
    return Stage(run, START + 20_000, snapshot=SNAPSHOT)


def _shown(stage: Stage, width: int) -> list[str]:
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(render(stage, width))
    return console.export_text().splitlines()


def test_the_outage_is_named_while_it_lasts(stage: Stage) -> None:
    assert stage.doing == "sending, outage in Brazil"
    stage.now_ms = START + 30_000
    assert stage.doing == "sending"
    stage.now_ms = START + 45_000
    assert stage.doing == "last receipts and repetitions arrive"
    stage.phase = "comparing"
    assert stage.doing == "comparing what is stored with what was sent"


def test_a_wide_terminal_shows_two_windows_by_country(stage: Stage) -> None:
    lines = _shown(stage, 120)

    (heading,) = (text for text in lines if clock(FIRST) in text)
    assert clock(SECOND) in heading
    (states,) = (text.split() for text in lines if "United States" in text)
    assert states[2:8] == ["96.0%", "0.0%", "1,000", "80.0%", "50.0%", "10"]


def test_a_narrow_terminal_shows_the_newest_window_uncut(stage: Stage) -> None:
    lines = _shown(stage, 80)

    assert not any(clock(FIRST) in text for text in lines)
    assert all(len(text.rstrip()) <= 80 for text in lines)
    (mexico,) = (text.split() for text in lines if "Mexico" in text)
    assert mexico == ["Mexico", "-", "-", "-", "·" * 20]


def test_the_flow_is_counted(stage: Stage) -> None:
    text = "\n".join(_shown(stage, 120))

    assert "1,500 events, 75 a second" in text
    assert "100 of them were sent twice" in text
    assert "1,234 distinct events, the newest 0.8 s ago" in text
    assert "twilio-sink 12" in text


def test_what_was_told_is_shown_in_a_line_each(stage: Stage) -> None:
    told = ("page firing: failures 66.0% instead of 3.0%: country BR", "notice: fraud signal, X")
    stage.snapshot = replace(SNAPSHOT, told=told)

    text = "\n".join(_shown(stage, 120))
    assert all(what in text for what in told)
    assert line(stage).endswith(f"; told: {told[0]}")


def test_bars_are_high_green_or_low_red_and_faint_while_little_is_known() -> None:
    text = bars(SNAPSHOT.slices["BR"], 5)

    assert text.plain == "█▂·▅·"
    styles = [str(span.style) for span in text.spans]
    assert styles == ["green", "bold red", "dim", "dim bold red", "dim"]


def test_a_plain_line_says_the_same(stage: Stage) -> None:
    stage.snapshot = Snapshot({FIRST: SNAPSHOT.windows[FIRST]}, {}, 1_234, 800, {"twilio-sink": 12})

    assert line(stage) == (
        "  20 s  sending, outage in Brazil; acknowledged 1,500, stored 1,234; "
        f"window {clock(FIRST)} delivered US 96% GB - BR 40% IN - DE - MX -; "
        "records behind: twilio-sink 12"
    )
