"""The queries that the documents offer to type are understood by the store as it is today."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sinks.clickhouse import connect

if TYPE_CHECKING:
    from tests.databases import Databases

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r'twilio-pipeline sql "(.+?)"', re.DOTALL)


def offered() -> dict[str, str]:
    """Each query with a page that has it."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    told = {
        query: page.name for page in pages for query in COMMAND.findall(page.read_text("utf-8"))
    }
    return {query: page for query, page in told.items() if query.startswith("SELECT")}


def test_every_query_runs(databases: Databases) -> None:
    queries = offered()
    assert {"README.md", "quickstart.md", "trace-an-event.md"} <= set(queries.values())
    with databases.lent() as store, connect(store) as client:
        for query in queries:
            client.query(query)
