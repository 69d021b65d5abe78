"""The schema for a cluster, made for real: replicated tables, registered in a Keeper.

The embedded engine has a Keeper of its own for tests, and neither the queue that spreads
statements over a cluster nor the port over which replicas copy parts. So the statements run
without ON CLUSTER (which would give each table its UUID), and the tables stay read-only: they
take no rows and no ALTER.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from sinks.migrations.scripts import shipped
from tests.sinks.bare_engine import answers

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = """
<clickhouse>
    <zookeeper><implementation>testkeeper</implementation></zookeeper>
    <macros><cluster>main</cluster><shard>1</shard><replica>one</replica></macros>
</clickhouse>
"""
SPREAD = " ON CLUSTER '{cluster}'"
TABLE = re.compile(r"(CREATE TABLE (?:IF NOT EXISTS )?[\w.]+)")
MADE = """
SELECT engine, count() FROM system.tables
WHERE database = 'twilio' AND engine LIKE '%MergeTree' GROUP BY engine ORDER BY engine
"""
REGISTERED = """
SELECT count(), uniq(zookeeper_path), groupUniqArray(replica_name), min(total_replicas)
FROM system.replicas WHERE database = 'twilio'
"""
KEPT = """
SELECT count() FROM system.tables
WHERE database = 'twilio' AND create_table_query LIKE '%replicated_deduplication_window%'
"""


def here(statement: str) -> str:
    """The statement for the one server there is."""
    alone = statement.replace(SPREAD, "")
    if "Replicated" not in alone:
        return alone
    return TABLE.sub(rf"\1 UUID '{uuid.uuid4()}'", alone)


def test_a_keeper_takes_in_every_table_of_the_schema(tmp_path: Path) -> None:
    statements = [
        each for script in shipped() for each in script.statements("twilio", "replicated")
    ]
    tables = [each for each in statements if "Replicated" in each]
    assert len(tables) > 15
    alone = [here(each) for each in statements if not each.startswith("ALTER ")]
    *made, engines, registered, kept = answers(
        tmp_path, CONFIGURATION, ["CREATE DATABASE twilio", *alone, MADE, REGISTERED, KEPT]
    )
    assert [each for each in made if each] == []
    counted = dict(line.split("\t") for line in engines.splitlines())
    assert {name.removesuffix("MergeTree") for name in counted} == {
        "Replicated",
        "ReplicatedAggregating",
        "ReplicatedReplacing",
    }
    assert sum(map(int, counted.values())) == len(tables)
    assert registered == f"{len(tables)}\t{len(tables)}\t['one']\t1"
    windows = sum("replicated_deduplication_window" in each for each in tables)
    assert int(kept) == windows > 5
