"""The rules parse, fire when they should and only then, and ask for metrics that exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pipeline.settings import ALL
from tests.deploy.exported import series, unknown_series
from tests.tools import debian

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
CASES = sorted((Path(__file__).parent / "prometheus").glob("*.yml"))
FIRING = re.compile(r'ALERTS\{alertname="(\w+)"')


def promtool(*arguments: str) -> None:
    program = debian("promtool", "prometheus")
    done = subprocess.run([program, *arguments], capture_output=True, text=True)  # noqa: S603, PLW1510  judged below
    assert done.returncode == 0, done.stdout + done.stderr


def rules() -> Iterator[dict[str, Any]]:
    for path in RULES:
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield from group["rules"]


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def test_the_configuration_and_all_rules_are_valid() -> None:
    promtool("check", "config", str(PROMETHEUS / "prometheus.yml"))


@pytest.mark.parametrize("cases", CASES, ids=lambda path: path.stem)
def test_rules_fire_when_they_should(cases: Path) -> None:
    promtool("test", "rules", str(cases))


def test_every_alert_has_a_case_in_which_it_fires() -> None:
    fired = {name for path in CASES for name in FIRING.findall(path.read_text())}
    assert fired == {rule["alert"] for rule in alerts()}


def test_every_rule_asks_for_what_is_exported() -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    lacking = {rule.get("alert"): unknown_series(rule["expr"]) - recorded for rule in rules()}
    assert {name: names for name, names in lacking.items() if names} == {}


def test_what_is_exported_is_told_from_what_is_not() -> None:
    assert unknown_series("sum(twilio_ready) + rate(twilio_ready_total[5m])") == {
        "twilio_ready_total"
    }
    assert "twilio_ingest_ack_seconds_bucket" in series()


def test_every_alert_says_whom_it_wakes_and_where_to_read() -> None:
    for rule in alerts():
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
        assert rule["annotations"]["runbook_url"] == f"docs/runbooks/{rule['alert']}.md"


def test_parts_are_scraped_on_their_ports() -> None:
    jobs = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]
    scraped = {found["port"] for job in jobs for found in job.get("dns_sd_configs", ())}
    for job in jobs:
        for target in (one for each in job.get("static_configs", ()) for one in each["targets"]):
            scraped.add(int(target.partition(":")[2]))
    ports = {
        kind.model_fields[name].default
        for kind in ALL
        for name in ("port", "metrics_port")
        if name in kind.model_fields
    }
    several_workers, console_page = 9110, 8088
    assert scraped == ports - {several_workers, console_page}
