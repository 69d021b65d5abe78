"""One real broker and one real ClickHouse for the whole run, started when first asked for."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from xdist.scheduler.loadscope import LoadScopeScheduling

from local.clickhouse.process import ClickHouseProcess
from local.kafka.readiness import kafka_ready
from local.kafka.server import KafkaServer
from local.ports import free_ports
from pipeline.settings import ClickHouseSettings, load
from tests.databases import Databases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

#: Folders whose tests share what takes long to start: a whole stack, a browser.
TOGETHER = frozenset({"e2e", "browser"})
START_SECONDS = 60.0
STOP_SECONDS = 15.0


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the bootstrap address of the run's broker; name topics and groups with a uuid."""
    folder = tmp_path_factory.mktemp("kafka")
    server = KafkaServer(folder, *free_ports(2))

    def ready() -> bool:
        return asyncio.run(kafka_ready(server.bootstrap))

    with running(server.prepare(), {}, folder / "kafka.log", ready):
        yield server.bootstrap


@pytest.fixture(scope="session")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouseProcess]:
    """Give the run's ClickHouse; make a database of your own in it."""
    folder = tmp_path_factory.mktemp("clickhouse")
    (port,) = free_ports(1)
    server = ClickHouseProcess(folder / "data", port, "writer", secrets.token_hex(8))

    def ready() -> bool:
        return asyncio.run(server.ready())

    with running(server.argv, server.environment, folder / "clickhouse.log", ready):
        yield server


@pytest.fixture(scope="session")
def server(clickhouse: ClickHouseProcess) -> ClickHouseSettings:
    """The run's ClickHouse, as the writer."""
    return load(
        ClickHouseSettings,
        url=clickhouse.url,
        user=clickhouse.user,
        password=SecretStr(clickhouse.password),
    )


@pytest.fixture(scope="session")
def databases(server: ClickHouseSettings) -> Databases:
    """Migrated databases to borrow."""
    return Databases(server)


@contextmanager
def running(
    argv: Sequence[str],
    environment: dict[str, str],
    log: Path,
    ready: Callable[[], bool],
) -> Iterator[None]:
    """Run a server while the block lasts; fail with its log when it does not come up."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  (our own servers)
            argv, env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{argv[0]} did not come up:\n{log.read_text()[-4000:]}")
            time.sleep(0.05)
        yield
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it kindly, then not."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Keeps a file's tests in one process, and those that share a whole stack or a browser."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        return folder if folder.rpartition("/")[2] in TOGETHER else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """Schedule by files; xdist's own groups do not reach its scheduler under pytest 9.2."""
    return Together(config, log)
