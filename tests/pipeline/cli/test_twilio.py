"""Twilio is set up by command: its test event arrives in a real ClickHouse before it subscribes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from local.twilio_api.accounts import Account
from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from pipeline.cli.exits import Exit
from pipeline.cli.main import run
from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect
from tests.databases import Databases, told_to_commands
from tests.sinks.shelf import Shelf

ACCOUNT, SUBACCOUNT = "AC" + "1" * 32, "AC" + "2" * 32
SERVICE = "VA" + "3" * 32
DESTINATION = "https://events.example.com/twilio/events"
MESSAGES = "com.twilio.messaging.message."
WANTED = f"""
types = ["{MESSAGES}*"]
[[accounts]]
sid = "{ACCOUNT}"
verify_services = ["{SERVICE}"]
[[accounts]]
sid = "{SUBACCOUNT}"
"""


@pytest.fixture
def database(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClickHouseSettings]:
    with databases.lent() as settings:
        for name, value in told_to_commands(settings).items():
            monkeypatch.setenv(name, value)
        yield settings


@pytest.fixture
async def twilio(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Twilio]:
    twilio = Twilio()
    twilio.accounts.add(Account(ACCOUNT, "token", {}, {SERVICE}))
    twilio.accounts.add(Account(SUBACCOUNT, "other"))
    async with serving(twilio) as address:
        for name, value in {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_PASSWORD": "token",
            "TWILIO_ACCOUNTS": json.dumps({SUBACCOUNT: f"{SUBACCOUNT}:other"}),
            "TWILIO_BASE_URL": address,
            "INGEST_PUBLIC_URL": DESTINATION,
        }.items():
            monkeypatch.setenv(f"TWILIO_PIPELINE_{name}", value)
        yield twilio


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "twilio.toml"
    path.write_text(WANTED)
    return path


@pytest.fixture
def senseless(tmp_path: Path) -> Path:
    path = tmp_path / "senseless.toml"
    path.write_text('types = ["com.twilio.nothing"]')
    return path


@dataclass
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@dataclass
class Command:
    capsys: pytest.CaptureFixture[str]

    async def __call__(self, *arguments: object) -> Said:
        code = await asyncio.to_thread(run, ["twilio", *map(str, arguments)])
        return Said(code, *self.capsys.readouterr())


@asynccontextmanager
async def storing(twilio: Twilio, database: ClickHouseSettings) -> AsyncIterator[None]:
    """What is posted to the destination is stored."""

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        await shelf.put(body[1:-1])
        return web.Response()

    with connect(database) as client:
        shelf = Shelf(client, database)
        app = web.Application()
        app.router.add_post("/", take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        twilio.leads[DESTINATION] = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        try:
            yield
        finally:
            await runner.cleanup()


async def test_from_a_dry_run_to_the_end(
    twilio: Twilio, database: ClickHouseSettings, file: Path, command: Command
) -> None:
    named = ("--wanted", file)
    shown = await command("setup", *named, "--dry-run")
    assert shown.code == Exit.OK
    assert f"{ACCOUNT}: make a sink that posts to {DESTINATION}\n" in shown.out
    assert f"{ACCOUNT}: have Verify service {SERVICE} tell its events\n" in shown.out
    assert f"{SUBACCOUNT}: subscribe to 6 event types\n" in shown.out
    unasked = await command("setup", *named)
    assert (unasked.code, twilio.journal.effects) == (Exit.USAGE, [])
    assert "add --yes" in unasked.err
    assert (await command("diff", *named)).code == Exit.DIFFERENT

    async with storing(twilio, database):
        for _ in range(2):
            done = await command("setup", *named, "--yes")
            assert (done.code, done.err) == (Exit.OK, "")
            assert done.out.count("it arrived, and the sink is valid") == 2
    effects = [(own["effect"], own["account_sid"]) for own in twilio.journal.effects]
    assert effects == [
        (effect, account)
        for account in (ACCOUNT, SUBACCOUNT)
        for effect in ("sink_made", "subscribed")
    ]
    assert twilio.accounts.by_sid[ACCOUNT].services_with_events == {SERVICE}
    same = await command("diff", *named)
    assert (same.code, same.out) == (Exit.OK, "Twilio has what is wanted\n")
    status = await command("status", *named, "--types")
    assert f"(active) posts to {DESTINATION}" in status.out
    assert f"{ACCOUNT}: 1 of 1 Verify services tell their events\n" in status.out
    assert f'"{MESSAGES}read" = 1\n' in status.out

    would = await command("teardown", *named, "--dry-run")
    assert would.out.count("and its subscription to 6 event types") == 2
    assert len(twilio.streams.sinks) == 2
    assert (await command("teardown", *named, "--yes")).out.endswith("removed\n")
    assert (twilio.streams.sinks, twilio.streams.subscriptions) == ({}, {})
    nothing = await command("teardown", *named, "--yes")
    assert (nothing.code, nothing.out) == (Exit.OK, f"nothing posts to {DESTINATION}\n")


async def test_drift_is_told_as_json(twilio: Twilio, file: Path, command: Command) -> None:
    assert (await command("setup", "--wanted", file, "--yes", "--skip-test")).code == Exit.OK
    own = next(iter(twilio.streams.subscriptions.values()))
    del own.versions[f"{MESSAGES}read"]
    drifted = await command("diff", "--wanted", file, "--json")
    assert drifted.code == Exit.DIFFERENT
    assert json.loads(drifted.out)["changes"] == [
        {
            "account_sid": ACCOUNT,
            "kind": "type_missing",
            "what": f"{MESSAGES}read",
            "found": None,
            "wanted": 1,
        }
    ]


@pytest.mark.usefixtures("database")
async def test_what_does_not_arrive_is_not_subscribed(
    twilio: Twilio, file: Path, command: Command
) -> None:
    lost = await command("setup", "--wanted", file, "--yes", "--wait", "1s")
    assert lost.code == Exit.UNAVAILABLE
    assert "did not come to ClickHouse within 1 s, so nothing was subscribed" in lost.err
    assert lost.err.count("\n") == 1
    assert len(twilio.streams.sinks) == 1
    assert twilio.streams.subscriptions == {}


@pytest.mark.usefixtures("twilio")
async def test_what_can_not_be_done_is_one_line(
    file: Path, senseless: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_CLICKHOUSE_URL", "http://127.0.0.1:1")
    away = await command("setup", "--wanted", file, "--yes")
    assert (away.code, away.err.count("\n")) == (Exit.UNAVAILABLE, 1)
    assert "ClickHouse at http://127.0.0.1:1 does not answer" in away.err
    unknown = await command("diff", "--wanted", senseless)
    assert unknown.code == Exit.USAGE
    assert "Twilio offers no event type com.twilio.nothing" in unknown.err
    assert "no account of these" in (await command("teardown", "--sink", "DG1", "--yes")).err
    monkeypatch.setenv("TWILIO_PIPELINE_TWILIO_PASSWORD", "wrong")
    wrong = await command("status")
    assert wrong.code == Exit.USAGE
    assert "check TWILIO_PIPELINE_TWILIO_PASSWORD" in wrong.err
    monkeypatch.delenv("TWILIO_PIPELINE_TWILIO_PASSWORD")
    none = await command("status")
    assert none.code == Exit.USAGE
    assert f"no credentials for {ACCOUNT}: set TWILIO_PIPELINE_TWILIO_" in none.err
