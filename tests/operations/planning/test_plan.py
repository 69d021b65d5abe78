"""What plans say, in numbers that can be worked out by hand."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import msgspec
import pytest

from operations.planning.figures import Figures
from operations.planning.load import Load, Prices
from operations.planning.plan import Plan, make_plan
from operations.planning.report import lines
from pipeline.cli.exits import Exit
from pipeline.cli.main import run

PAGE = Path(__file__).parents[3] / "docs" / "scale.md"


def planned(rate: float, prices: Prices | None = None, **more: float) -> Plan:
    load = msgspec.structs.replace(Load(events_per_second=rate), **more)
    return make_plan(load, Figures.shipped(), prices=prices)


def workers(plan: Plan) -> dict[str, int]:
    return {part.name: part.workers for part in plan.parts}


def test_a_thousand_events_a_second_need_two_of_everything_and_no_more() -> None:
    plan = planned(1_000)
    assert workers(plan) == {
        "ingest": 2,
        "lifecycle": 2,
        "sink": 2,
        "alerts": 1,
        "fallback": 1,
        "notifier": 1,
        "console": 1,
    }
    assert (plan.layout.partitions, plan.layout.coalesce_ms, plan.layout.flush_s) == (8, 20, 0.5)
    assert plan.brokers.count == 3
    assert plan.limits == ()
    # 500 a second at each ingress, 20 ms of them over 8 partitions
    assert plan.layout.events_per_record == pytest.approx(1.25)


def test_a_hundred_thousand_are_limited_by_memory() -> None:
    plan = planned(100_000)
    # 100,000 x 116 µs = 11.6 cores, twice over
    assert workers(plan)["ingest"] == 24
    # 33,333 messages a second x 21,600 s x 354 bytes = 237 GiB over workers of 15.3 GiB
    assert workers(plan)["lifecycle"] == 16
    # (100,000 events + 24,000 cells + 1,667 failures) x 21 µs = 2.6 cores
    assert workers(plan)["sink"] == 6
    assert plan.layout.partitions == 24
    # 2 cells x 500 slices x 24 partitions a second are below half of 61,000, twice that are not
    assert (plan.layout.flush_s, plan.layout.upserts_per_second) == (1.0, 24_000)


def test_a_million_meet_the_limits_of_the_design() -> None:
    plan = planned(1_000_000)
    assert [limit.split(":")[0] for limit in plan.limits] == [
        "alerts",
        "fallback",
        "ClickHouse",
        "ClickHouse",
    ]
    # spread over so many partitions, events stay alone in 20 ms; workers' memory allows it
    assert (plan.layout.coalesce_ms, plan.layout.events_per_record) == (20, 1.0)
    assert workers(plan)["lifecycle"] * 1.5 <= plan.layout.partitions == 384


def test_more_than_the_partitions_there_may_be_does_not_fit() -> None:
    assert planned(20_000_000).limits[0].startswith("lifecycle: needs more workers")


def test_batches_spare_the_ingress() -> None:
    plan = planned(100_000, events_per_post=50)
    assert workers(plan)["ingest"] == 2
    assert plan.parts[0].cores == pytest.approx(0.76)


def test_without_headroom_there_is_half() -> None:
    assert workers(planned(100_000, headroom=1))["ingest"] == 12


def test_a_shorter_memory_needs_fewer_workers() -> None:
    assert workers(planned(100_000, state_horizon_s=14_400))["lifecycle"] == 11
    assert planned(100_000, state_horizon_s=14_400).parts[1].gib_each == pytest.approx(
        14.8, abs=0.1
    )


def test_disks_hold_what_is_kept() -> None:
    plan = planned(1_000)
    # 1,000 x 700 bytes x 1.3 x 3 copies x 7 d, 70 % full
    assert plan.brokers.mb_per_second == pytest.approx(2.73)
    assert plan.brokers.disk_gib_each * 3 == pytest.approx(2_197, abs=1)
    # 155.6 bytes x 2.592 million events x 1,000
    assert plan.servers.gib_per_month_each == pytest.approx(375.6, abs=0.1)
    assert plan.servers.disk_gib_each == pytest.approx(4_360, abs=1)


def test_cost_is_cores_memory_and_disks() -> None:
    only_cores = planned(1_000, Prices(core_hour=1, gib_hour=0, gib_month=0))
    # 10 workers, 3 brokers of 4 cores, 2 servers of 2
    assert only_cores.cost.total == (10 + 12 + 4) * 730
    only_disks = planned(1_000, Prices(core_hour=0, gib_hour=0, gib_month=1))
    assert only_disks.cost.total == pytest.approx(2_197 + 2 * 4_360, abs=3)


@pytest.mark.parametrize("rate", [1_000, 100_000, 1_000_000])
def test_the_page_shows_what_the_command_says(rate: int) -> None:
    command = f"twilio-pipeline plan --events-per-second {rate}"
    told = "\n".join(lines(planned(rate)))
    assert f"$ {command}\n{told}\n" in PAGE.read_text("utf-8"), f"put in what `{command}` prints"


def test_the_command_says_what_was_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shlex.split("plan --events-per-second 1000 --slices 40 --failing 0.1")) == Exit.OK
    text = capsys.readouterr().out
    assert "ingest             2        0.12       0.5" in text.splitlines()
    assert "10% of messages fail; 40 slices active" in text


def test_the_command_gives_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shlex.split("plan --events-per-second 100000 --json")) == Exit.OK
    found = json.loads(capsys.readouterr().out)
    assert found["workers"]["ingest"] == 24
    assert found["settings"]["TWILIO_PIPELINE_KAFKA_PARTITIONS"] == "24"
    assert found["limits"][0].startswith("ClickHouse: 426 TiB")


@pytest.mark.parametrize("rate", ["0", "many"])
def test_a_rate_that_is_none_is_wrong_usage(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--events-per-second", rate]) == Exit.USAGE
    assert "Traceback" not in capsys.readouterr().err
