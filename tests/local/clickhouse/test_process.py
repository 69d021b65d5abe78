"""The server as a process: what survives its death, and how it says that it can't start."""

import asyncio
import gzip
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from local.clickhouse.process import ClickHouseProcess
from local.ports import free_ports

SMALL_BODY = 10_000


@asynccontextmanager
async def started(server: ClickHouseProcess) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *server.argv,
        *("--max-body-bytes", str(SMALL_BODY)),
        env={**os.environ, **server.environment, "TZ": "America/New_York"},
        stderr=asyncio.subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    try:
        while not await server.ready():
            assert process.returncode is None
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def connect(server: ClickHouseProcess) -> Client:
    return clickhouse_connect.get_client(
        host="127.0.0.1", port=server.port, username=server.user, password=server.password
    )


@pytest.fixture
def server(tmp_path: Path) -> ClickHouseProcess:
    (port,) = free_ports(1)
    return ClickHouseProcess(tmp_path / "data", port, "writer", "pass")


async def test_what_was_acknowledged_survives_kill_and_a_stop(server: ClickHouseProcess) -> None:
    async with started(server) as process:
        process.kill()  # one that never held a table
        await process.communicate()
    async with started(server) as process:
        with connect(server) as client:
            client.command("CREATE DATABASE mine")
            for database in ("default", "mine"):
                client.command(f"CREATE TABLE {database}.t (n Int8) ENGINE = MergeTree ORDER BY n")
                client.insert("t", [[1], [2]], column_names=["n"], database=database)
        process.kill()
        await process.communicate()
    async with started(server) as process:
        with connect(server) as client:
            assert client.command("SELECT sum(n) FROM mine.t") == 3
            assert client.command("SELECT sum(n) FROM default.t") == 3
            assert client.command("SELECT timezone()") == "UTC"
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 10)
        assert (process.returncode, said) == (0, b"")


async def test_bodies_are_bounded_before_and_after_decompression(
    server: ClickHouseProcess,
) -> None:
    async with started(server):
        with connect(server) as client:
            client.command("CREATE TABLE t (s String) ENGINE = Memory")
            for data, coding in ((os.urandom(SMALL_BODY), None), (b"x" * SMALL_BODY, "gzip")):
                with pytest.raises(clickhouse_connect.driver.exceptions.DatabaseError) as raised:
                    client.raw_insert("t", insert_block=_packed(data, coding), compression=coding)
                assert raised.value.code == 229


def _packed(data: bytes, coding: str | None) -> bytes:
    text = b"INSERT INTO t FORMAT LineAsString\n" + data
    return gzip.compress(text) if coding else text


async def run(server: ClickHouseProcess, environment: dict[str, str]) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *server.argv, env={**os.environ, **environment}, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, said.decode()


async def test_it_does_not_start_without_a_password(server: ClickHouseProcess) -> None:
    status, said = await run(server, {"TWILIO_PIPELINE_CLICKHOUSE_USER": "writer"})
    assert status == 1
    assert said.count("\n") == 1
    assert said.startswith("clickhouse: set TWILIO_PIPELINE_CLICKHOUSE_USER and ")


async def test_a_port_in_use_is_told_in_one_line(
    server: ClickHouseProcess, clickhouse: ClickHouseProcess
) -> None:
    taken = ClickHouseProcess(server.path, clickhouse.port, "writer", "pass")
    status, said = await run(taken, taken.environment)
    assert status == 1
    assert said.startswith(f"clickhouse: port {clickhouse.port} is in use; stop ")
    assert said.count("\n") == 1


async def test_a_folder_in_use_is_told(
    server: ClickHouseProcess, clickhouse: ClickHouseProcess
) -> None:
    taken = ClickHouseProcess(clickhouse.path, server.port, "writer", "pass")
    status, said = await run(taken, taken.environment)
    assert status == 1
    (ours,) = [line for line in said.splitlines() if line.startswith("clickhouse: ")]
    assert ours.startswith(f"clickhouse: can't use {clickhouse.path}, which another server ")
    assert "Traceback" not in said


def test_secrets_are_not_shown(server: ClickHouseProcess) -> None:
    assert "pass" not in repr(server)
    assert "pass" not in server.argv
    assert server.argv[0] == sys.executable
