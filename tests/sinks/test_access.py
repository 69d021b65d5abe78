"""The roles of a real server say the same as the local one: what analysts read, and no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sinks.access import PUBLIC_TABLES
from sinks.statements import statements

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

ROLES = (Path(__file__).parents[2] / "deploy" / "clickhouse" / "roles.sql").read_text("utf-8")
GRANT = re.compile(r"GRANT (SELECT|dictGet) ON twilio\.(\w+) TO twilio_analyst")


def test_every_statement_is_one_for_the_engine(client: Client) -> None:
    found = statements(ROLES)
    assert len(found) > 30
    for statement in found:
        client.command("SELECT formatQuery({q:String})", parameters={"q": statement})


def test_analysts_are_granted_all_views_and_dictionaries_and_no_other_table(
    client: Client,
) -> None:
    rows = client.query(
        "SELECT engine, name FROM system.tables WHERE database = currentDatabase()"
    ).result_rows
    views = {name for engine, name in rows if engine == "View"}
    dictionaries = {name for engine, name in rows if engine == "Dictionary"}
    granted = [(kind, name) for kind, name in GRANT.findall(ROLES)]
    assert len(granted) == len(set(granted))
    selected = {name for kind, name in granted if kind == "SELECT"}
    assert selected == views | set(PUBLIC_TABLES) | dictionaries
    assert {name for kind, name in granted if kind == "dictGet"} == dictionaries
    assert set(PUBLIC_TABLES) <= {name for engine, name in rows if engine != "View"}


@pytest.mark.parametrize("role", ["twilio_writer", "twilio_analyst"])
def test_clear_numbers_are_the_administrators(role: str) -> None:
    assert f"GRANT SELECT ON twilio.clear_numbers TO {role}" not in ROLES
    assert "REVOKE SELECT ON twilio.clear_numbers FROM twilio_writer" in ROLES
