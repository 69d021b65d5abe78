"""What an event weighs on disk, by table and by column, with everything that is made of it.

``python -m benchmarks disk``. Simulated traffic alone: copies of it would compress too well.
"""

import time
from collections import Counter
from pathlib import Path
from typing import Final

from clickhouse_connect.driver.client import Client

from benchmarks.analysts.engine import engine
from benchmarks.analysts.filling import Size, fill
from benchmarks.result import Result
from sinks.clickhouse import connect

_SIZE: Final = Size(messages=36_000, copies=0)
_SQL: Final = Path(__file__).with_name("disk.sql").read_text("utf-8")
#: A column that weighs less than this is not worth a line.
_LEAST_BYTES: Final = 0.5


def run() -> Result:
    """Fill an engine, merge every table into one part, and weigh its columns."""
    with engine() as settings, connect(settings) as client:
        fill(client, settings, _SIZE, int(time.time() * 1000))
        _merge(client)
        rows = client.query(_SQL).result_rows
    tables = Counter[str]()
    for table, _, size in rows:
        tables[f"{table}_bytes"] += size
    columns = {f"{table}.{column}": size for table, column, size in rows if size >= _LEAST_BYTES}
    return Result("disk", {"all_bytes": sum(tables.values()), **tables, **columns}, {})


def _merge(client: Client) -> None:
    found = client.query("SHOW TABLES LIKE '%_store'").result_rows
    for (table,) in found:
        # Small parts keep all columns in one file, where they can't be told apart.
        client.command(f"ALTER TABLE {table} MODIFY SETTING min_bytes_for_wide_part = 0")
        client.command(f"OPTIMIZE TABLE {table} FINAL")
