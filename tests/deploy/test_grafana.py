"""Dashboards are as their sources say, and every query of theirs is answered."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pydantic import SecretStr

from local.cookbook import load_examples
from local.cookbook.data import PLAN
from sinks.clickhouse import connect
from tests.databases import Databases
from tests.deploy.exported import unknown_series
from tests.deploy.grafana_macros import expanded, expanded_promql
from tests.tools import debian

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clickhouse_connect.driver.client import Client


FOLDER = Path(__file__).parents[2] / "deploy" / "grafana"
DASHBOARDS = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("dashboards/*.json")}
START = PLAN.start // 1000
HOUR = 3600
#: What the examples have none of.
EMPTY = {"Dead letters by reason", "Alerts", "Fallbacks"}
CHOSEN = {
    "account": ["AC0"],
    "product": ["messaging", "verify"],
    "channel": ["sms"],
    "country": ["BR", "US"],
    "service": ["VA0"],
}


@pytest.fixture(scope="module")
def analyst(databases: Databases) -> Iterator[Client]:
    """The analyst of a database with the cookbook's examples."""
    with databases.lent() as settings, connect(settings) as client:
        asyncio.run(load_examples(client, settings))
        reader = settings.model_copy(update={"user": "default", "password": SecretStr("")})
        with connect(reader) as asking:
            yield asking


def panels() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, dashboard in DASHBOARDS.items():
        for panel in dashboard["panels"]:
            if panel["type"] != "row":
                yield name, panel


def targets(key: str) -> list[tuple[str, dict[str, Any], str]]:
    return [
        (f"{name}: {panel['title']}", panel, target[key])
        for name, panel in panels()
        for target in panel["targets"]
        if key in target
    ]


def questions() -> Iterator[tuple[str, str]]:
    """The queries that are not a panel's: of variables and annotations."""
    for name, dashboard in DASHBOARDS.items():
        for each in dashboard["templating"]["list"]:
            if each["type"] == "query":
                yield f"{name}: {each['name']}", each["query"]
        for each in dashboard["annotations"]["list"]:
            yield f"{name}: {each['name']}", each["target"]["rawSql"]


def test_dashboards_are_as_their_sources_say() -> None:
    check = [sys.executable, str(FOLDER / "generate.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True)  # noqa: S603, PLW1510  judged below
    assert (done.returncode, done.stdout) == (0, "")
    assert set(DASHBOARDS) == {"delivery", "otp", "pipeline"}


def test_every_panel_of_clickhouse_is_answered(analyst: Client) -> None:
    asked = targets("rawSql")
    assert len(asked) >= 25
    for title, panel, sql in asked:
        query = expanded(sql, START, START + HOUR, 60, {})
        answer = analyst.query(query)
        assert answer.result_rows or panel["title"] in EMPTY, f"{title} has no rows"
        if panel["type"] == "timeseries":
            assert answer.column_names[0] == "time", title
            times = [row[0] for row in answer.result_rows]
            assert times == sorted(times), title
        if panel["type"] == "stat":
            assert answer.row_count == 1, title


def test_every_panel_is_answered_for_chosen_values_too(analyst: Client) -> None:
    for interval_s in (300, 86_400):
        for _, _, sql in targets("rawSql"):
            analyst.query(expanded(sql, START, START + 30 * 24 * HOUR, interval_s, CHOSEN))


def test_variables_and_annotations_are_answered(analyst: Client) -> None:
    answers = {
        name: analyst.query(expanded(sql, START, START + HOUR, 60, {})) for name, sql in questions()
    }
    assert {row[0] for row in answers["delivery: country"].result_rows} >= {"BR", "US", "DE"}
    assert len(answers["otp: service"].result_rows) > 0
    asked = dict(questions())["delivery: Alerts"]
    query = expanded(asked, START, START + HOUR, 60, {})
    assert analyst.raw_query(query, fmt="TSVWithNames") == b"time\ttimeEnd\ttext\ttags\n"


def test_the_outage_of_the_examples_shows(analyst: Client) -> None:
    (sql,) = (sql for title, _, sql in targets("rawSql") if title == "delivery: Delivery rate")
    rates = [
        analyst.query(expanded(sql, START, START + HOUR, 60, {"country": [country]})).result_rows[
            0
        ][0]
        for country in ("BR", "US")
    ]
    assert rates == [pytest.approx(0.77, abs=0.06), pytest.approx(0.97, abs=0.02)]


def test_every_metric_of_a_panel_is_exported() -> None:
    lacking = {title: unknown_series(promql) for title, _, promql in targets("expr")}
    assert {title: names for title, names in lacking.items() if names} == {}


def test_prometheus_can_read_every_expression(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": expanded_promql(promql)}
        for number, (_, _, promql) in enumerate(targets("expr"))
    ]
    assert len(rules) >= 25
    page = tmp_path / "panels.yml"
    page.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    check = [str(debian("promtool", "prometheus")), "check", "rules", str(page)]
    done = subprocess.run(check, capture_output=True, text=True)  # noqa: S603, PLW1510  judged below
    assert done.returncode == 0, done.stdout + done.stderr


def test_panels_name_the_sources_that_are_provisioned() -> None:
    page = yaml.safe_load((FOLDER / "provisioning/datasources/twilio.yml").read_text())
    provisioned = {source["uid"]: source["type"] for source in page["datasources"]}
    for dashboard in DASHBOARDS.values():
        sources = [each for each in dashboard["templating"]["list"] if each["type"] == "datasource"]
        chosen = {f"${{{each['name']}}}": each["current"]["value"] for each in sources}
        for panel in dashboard["panels"]:
            if panel["type"] != "row":
                asked = panel["datasource"]
                assert provisioned[chosen[asked["uid"]]] == asked["type"], panel["title"]


def test_no_panel_lies_over_another() -> None:
    for name, dashboard in DASHBOARDS.items():
        taken: set[tuple[int, int]] = set()
        for panel in dashboard["panels"]:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert not taken & cells, f"{name}: {panel['title']}"
            assert place["x"] + place["w"] <= 24
            taken |= cells
