"""Migrations over data: from every earlier version, and as the engine reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sinks.clickhouse import connect
from sinks.migrations import migrate
from sinks.migrations.scripts import Script, shipped
from sinks.sql import load_sql

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from pipeline.settings import ClickHouseSettings
    from pipeline.settings.clickhouse import Mode

KEEPING_TABLES = """
    SELECT name FROM system.tables
    WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'migrations'
    ORDER BY name"""


def test_what_every_earlier_version_stored_is_still_there_after_all_upgrades(
    empty: ClickHouseSettings,
) -> None:
    *earlier, last = shipped()
    with connect(empty, database="default") as client:
        client.command(load_sql("create_database", empty.database))
        client.command(load_sql("create_migrations", empty.database))
        before: dict[str, int] = {}
        for number, script in enumerate(earlier):
            upgrade(client, empty, script)
            assert missing(empty, before) == {}, script.name
            before = filled(empty, number)
    assert migrate(empty) == [last.name]
    assert missing(empty, before) == {}


def upgrade(client: Client, settings: ClickHouseSettings, script: Script) -> None:
    """Do what an earlier release did, when ``script`` was its last."""
    for statement in script.statements(settings.database):
        client.command(statement)
    row = (script.name, script.checksum)
    client.insert(
        "migrations", [row], column_names=("name", "checksum"), database=settings.database
    )


def missing(settings: ClickHouseSettings, before: dict[str, int]) -> dict[str, int]:
    """How many rows tables lack; some have more than before: migrating fills reference tables."""
    after = counted(settings, before)
    return {name: n - after[name] for name, n in before.items() if after[name] < n}


def filled(settings: ClickHouseSettings, seed: int) -> dict[str, int]:
    """Put random rows into every table that keeps some, and count them.

    Each seed has rows of its own: the same rows again would be merged into one.

    Their times and keys are random too, so tables must not do what they do with what is too old
    or like another row.
    """
    with connect(settings) as client:
        tables = client.query(KEEPING_TABLES).result_columns[0]
        for table in tables:
            columns = client.query(f"DESCRIBE TABLE {table}").named_results()
            kept = [column for column in columns if column["default_type"] != "EPHEMERAL"]
            shape = ", ".join(f"`{column['name']}` {column['type']}" for column in kept)
            escaped = shape.replace("\\", "\\\\").replace("'", "\\'")
            client.command(f"SYSTEM STOP MERGES {table}")
            client.command(
                f"INSERT INTO {table} "  # noqa: S608  names and types of our own tables
                f"SELECT * FROM generateRandom('{escaped}', {seed}, 9, 3) LIMIT 5",
                settings={"max_partitions_per_insert_block": 0, "optimize_on_insert": 0},
            )
    return counted(settings, dict.fromkeys(tables, 0))


def counted(settings: ClickHouseSettings, tables: dict[str, int]) -> dict[str, int]:
    with connect(settings) as client:
        count = "SELECT count() FROM {table:Identifier}"
        return {
            name: int(str(client.command(count, parameters={"table": name}))) for name in tables
        }


def test_every_statement_can_be_read_by_the_engine_in_both_renderings(
    server: ClickHouseSettings,
) -> None:
    modes: tuple[Mode, ...] = ("single", "replicated")
    with connect(server, database="default") as client:
        for script in shipped():
            for statement in (each for mode in modes for each in script.statements("d", mode)):
                client.command(f"EXPLAIN AST {statement}")
