"""The sink: rows loaded a second, from a full topic to visible in ClickHouse.

Yardstick, in the same run: ``engine`` is the same engine loading the very same rows from a file
of JSON lines into the same tables, in one statement. The worker's own CPU is told apart, because
both share the machine: ``rows_per_core`` is what a worker with a core to itself would reach.
"""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import msgspec
from clickhouse_connect.driver.client import Client

from benchmarks.result import Result
from benchmarks.stage import Stage, child, fill, part, stage, until
from benchmarks.store import Store, cpu_seconds, store
from benchmarks.traffic import records
from local.ports import free_port
from pipeline.topics import RAW
from sinks.clickhouse import connect

PARTITIONS = 4
MESSAGES = 100_000
EVENTS = 3 * MESSAGES
RECORD = 50
_CHUNK = 50_000
#: Looking costs the engine 4 ms of a core, which are the sink's, too.
_LOOK_S = 0.2
_ROWS = "SELECT * FROM events_store ORDER BY dedup_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}"


def run() -> Result:
    """Measure the sink and the engine alone."""
    return asyncio.run(_run())


async def _run() -> Result:
    async with stage(PARTITIONS) as here:
        now = int(time.time() * 1000)
        await fill(here, RAW["messaging"], records(MESSAGES, now, PARTITIONS, RECORD))
        async with store(here) as target:
            with connect(target.settings) as client:
                sink = await _sink(here, target, client)
                rows = here.folder / "rows.jsonl"
                _save(client, rows)
        engine = EVENTS / _engine_seconds(here.folder / "engine", rows)
    figures = {
        "rows": sink.rows,
        "rows_per_core": 1 / sink.cpu_seconds,
        "cpu_us_per_row": sink.cpu_seconds * 1e6,
        "engine_rows": engine,
    }
    return Result("sink", figures, {"engine": sink.rows / engine})


class Speed(msgspec.Struct, frozen=True):
    """Rows a second, and the worker's CPU seconds a row."""

    rows: float
    cpu_seconds: float


async def _sink(here: Stage, target: Store, client: Client) -> Speed:
    port = free_port()
    with child(part("sink"), target.sink_environment(here, port), here.folder / "sink.log"):
        await until(lambda: _stored(client) > 0, "the sink")
        first, started, used = _stored(client), time.perf_counter(), cpu_seconds(port)
        await until(lambda: _stored(client) >= EVENTS, "the end of the topic", every=_LOOK_S)
        rows, seconds = EVENTS - first, time.perf_counter() - started
        return Speed(rows / seconds, (cpu_seconds(port) - used) / rows)


def _stored(client: Client) -> int:
    return int(str(client.command("SELECT count() FROM events_store")))


def _save(client: Client, rows: Path) -> None:
    with rows.open("wb") as file:
        for offset in range(0, EVENTS, _CHUNK):
            span = {"limit": _CHUNK, "offset": offset}
            file.write(client.raw_query(_ROWS, parameters=span, fmt="JSONEachRow"))


def _engine_seconds(folder: Path, rows: Path) -> float:
    argv = [sys.executable, "-m", "benchmarks.engine", str(folder), str(rows)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)  # noqa: S603  our own
    return float(done.stdout)
