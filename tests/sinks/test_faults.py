"""The range protocol on the real broker and engine: what dies is taken over without loss."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import time
from typing import TYPE_CHECKING

import msgspec
import pytest
from pydantic import SecretStr
from typing_extensions import override

import sinks.run
from local.clickhouse.process import ClickHouseProcess
from local.ports import free_port
from pipeline.errors import UnavailableError
from pipeline.settings import ClickHouseSettings, load
from sinks.clickhouse import connect
from sinks.migrations import migrate
from sinks.store import ClickHouseStore
from tests.sinks.events import message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sinks.load import Row
    from tests.sinks.stand import Stand

EVENTS = 40


class CrashError(Exception):
    """The worker dies here."""


class FaultyStore(ClickHouseStore):
    """Fails its first insert in the way that ``fault`` names."""

    fault = ""

    @override
    async def insert(
        self, table: str, rows: Sequence[Row], token: str, body: bytes | None = None
    ) -> None:
        fault, FaultyStore.fault = FaultyStore.fault, ""
        if fault == "before":
            raise CrashError
        if fault == "refused":
            raise UnavailableError("too many parts")
        if fault == "half":
            rows, body = rows[:15], None
        await super().insert(table, rows, token, body)
        if fault in {"after", "half"}:
            raise CrashError
        if fault == "lost answer":
            raise UnavailableError("no answer")


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    monkeypatch.setattr(sinks.run, "ClickHouseStore", FaultyStore)

    def plan(what: str) -> None:
        FaultyStore.fault = what

    return plan


async def fill(stand: Stand) -> None:
    for number in range(EVENTS // 2):
        pair = (message("sent", number=number), message("delivered", number=number))
        await stand.put(stand.raw, *pair, partition=number % 2)


def stored(stand: Stand) -> list[tuple[int, ...]]:
    """Rows as inserted, distinct events, messages, and messages whose events are all there."""
    return stand.rows(
        "SELECT (SELECT count() FROM events_store), (SELECT count() FROM events),"
        " (SELECT count() FROM messages), (SELECT countIf(events = 2) FROM messages)"
    )


COMPLETE = [(EVENTS, EVENTS, EVENTS // 2, EVENTS // 2)]


@pytest.mark.parametrize("where", ["before", "after", "half"])
async def test_a_worker_that_dies_at_an_insert_is_taken_over(
    stand: Stand, fault: Callable[[str], None], where: str
) -> None:
    await fill(stand)
    fault(where)
    with pytest.raises(CrashError):
        async with stand.running():
            await stand.all_stored()
    async with stand.running():
        await stand.all_stored()
    assert stored(stand) == COMPLETE


@pytest.mark.parametrize("how", ["refused", "lost answer"])
async def test_an_insert_that_may_have_worked_is_counted_first(
    stand: Stand, fault: Callable[[str], None], how: str
) -> None:
    await fill(stand)
    fault(how)
    async with stand.running():
        await stand.all_stored()
    assert stored(stand) == COMPLETE


async def test_messages_are_completed_when_only_the_events_were_written(
    stand: Stand, fault: Callable[[str], None]
) -> None:
    await fill(stand)
    fault("after")
    with connect(stand.config.clickhouse) as client:
        client.command("DETACH TABLE events_feed")
        with pytest.raises(CrashError):
            async with stand.running():
                await stand.all_stored()
        client.command("ATTACH TABLE events_feed")
    assert stand.rows("SELECT count() FROM messages") == [(0,)]
    async with stand.running():
        await stand.all_stored()
    assert stored(stand) == COMPLETE


async def test_two_workers_share_and_hand_over(stand: Stand) -> None:
    await fill(stand)
    async with stand.running():
        first = stand.task
        async with stand.running():
            await fill_more(stand)
            await stand.all_stored()
        await fill_more(stand, start=2000)
        await stand.all_stored()
    assert first is not None
    assert stand.rows("SELECT count(), uniqExact(kafka_offset, kafka_partition) FROM events") == [
        (EVENTS + 100, EVENTS // 2 + 50)
    ]


async def fill_more(stand: Stand, start: int = 1000) -> None:
    for number in range(start, start + 25):
        pair = (message("sent", number=number), message("delivered", number=number))
        await stand.put(stand.raw, *pair, partition=number % 2)


class Engine:
    """A ClickHouse of the test's own, to be killed."""

    def __init__(self, folder: Path) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._server = ClickHouseProcess(folder, free_port(), "writer", secrets.token_hex(8))
        self.settings = load(
            ClickHouseSettings,
            url=self._server.url,
            user="writer",
            password=SecretStr(self._server.password),
        )

    def start(self) -> None:
        environment = {**os.environ, **self._server.environment}
        self._process = subprocess.Popen(self._server.argv, env=environment)  # noqa: S603  ours
        deadline = time.monotonic() + 30
        while not asyncio.run(self._server.ready()):
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = Engine(tmp_path / "clickhouse")
    made.start()
    yield made
    made.kill()


async def test_a_clickhouse_that_is_killed_under_load_has_every_event_once(
    stand: Stand, engine: Engine
) -> None:
    migrate(engine.settings)
    stand.config = msgspec.structs.replace(stand.config, clickhouse=engine.settings)
    async with stand.running():
        for turn in range(3):
            for number in range(20):
                sid = turn * 20 + number
                pair = (message("sent", number=sid), message("delivered", number=sid))
                await stand.put(stand.raw, *pair, partition=sid % 2)
                if number == 10:
                    await asyncio.to_thread(engine.kill)
                    await asyncio.to_thread(engine.start)
        await stand.all_stored()
    assert stand.rows("SELECT count() FROM events") == [(120,)]
    assert stand.rows("SELECT count(), countIf(events = 2) FROM messages") == [(60, 60)]
