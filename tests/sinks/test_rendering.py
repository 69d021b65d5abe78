from __future__ import annotations

import pytest

from sinks.migrations.scripts import shipped
from sinks.rendering import rendered
from sinks.sql import load_sql

HERE = "ON CLUSTER '{cluster}'"
PATH = "'/clickhouse/tables/{uuid}/{shard}', '{replica}'"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "CREATE TABLE d.t (a Int8)\nENGINE = ReplacingMergeTree(a)",
            f"CREATE TABLE d.t {HERE} (a Int8)\nENGINE = ReplicatedReplacingMergeTree({PATH}, a)",
        ),
        (
            "CREATE TABLE d.t (a Int8) ENGINE = MergeTree ORDER BY a",
            f"CREATE TABLE d.t {HERE} (a Int8) ENGINE = ReplicatedMergeTree({PATH}) ORDER BY a",
        ),
        (
            "CREATE TABLE d.t (a Int8) ENGINE = Null",
            f"CREATE TABLE d.t {HERE} (a Int8) ENGINE = Null",
        ),
        (
            "CREATE MATERIALIZED VIEW IF NOT EXISTS d.v TO d.t\nAS SELECT 1 AS a",
            f"CREATE MATERIALIZED VIEW IF NOT EXISTS d.v {HERE} TO d.t\nAS SELECT 1 AS a",
        ),
        ("ALTER TABLE d.t ADD COLUMN b Int8", f"ALTER TABLE d.t {HERE} ADD COLUMN b Int8"),
        ("CREATE DATABASE IF NOT EXISTS d", f"CREATE DATABASE IF NOT EXISTS d {HERE}"),
        ("INSERT INTO d.t SELECT 1", "INSERT INTO d.t SELECT 1"),
    ],
)
def test_definitions_are_spread_over_the_cluster(statement: str, expected: str) -> None:
    assert rendered(statement, "replicated") == expected
    assert rendered(statement, "single") == statement


def test_a_view_runs_as_who_made_it() -> None:
    statement = "CREATE OR REPLACE VIEW d.v\n(a Int8)\nAS SELECT 1 AS a\nFROM (\nSELECT 1\n)\nAS b"
    owned = statement.replace(
        "AS SELECT", "DEFINER = CURRENT_USER SQL SECURITY DEFINER\nAS SELECT", 1
    )
    assert rendered(statement, "single") == owned
    assert rendered(statement, "replicated") == owned.replace("VIEW d.v", f"VIEW d.v {HERE}")


def test_every_view_of_the_schema_runs_as_who_made_it() -> None:
    for script in shipped():
        for statement in script.statements("d"):
            view = statement.startswith(("CREATE OR REPLACE VIEW", "CREATE VIEW"))
            assert ("SQL SECURITY DEFINER" in statement) == view, statement


def test_what_cannot_be_spread_is_refused() -> None:
    with pytest.raises(ValueError, match="can't be rendered for a cluster: RENAME TABLE"):
        rendered("RENAME TABLE d.a TO d.b", "replicated")


def test_every_table_of_the_schema_replicates() -> None:
    for script in shipped():
        for statement in script.statements("d", "replicated"):
            assert "ON CLUSTER" in statement, statement
            if "MergeTree" in statement:
                assert "ENGINE = Replicated" in statement
            assert "non_replicated" not in statement


def test_the_lock_is_one_for_all_replicas() -> None:
    statement = rendered(load_sql("create_lock", "d"), "replicated")
    assert "ENGINE = ReplicatedMergeTree('/clickhouse/locks/d', '{replica}')" in statement
    assert f"d.migrations_lock {HERE}" in statement
