"""A console on a port of its own, and people who use it."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, CookieJar, web
from argon2 import PasswordHasher

from console.server import Console
from console.users import User, write_users
from console.visitor import Role
from local.ports import free_port
from pipeline.privacy import Pseudonymizer
from pipeline.settings import ConsoleSettings, KafkaSettings, load
from tests.sinks.stand import HASH_KEY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pipeline.settings import ClickHouseSettings

WAIT_SECONDS = 15.0
PASSWORD = "correct horse battery"  # noqa: S105  of users who exist here alone
# What a hash costs is written in it: here it is made to cost nothing.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass
class Stand:
    """One console, and browsers of ``nobody`` in particular, a ``viewer`` and an ``operator``."""

    url: str
    app: web.Application
    settings: ConsoleSettings
    nobody: ClientSession
    viewer: ClientSession
    operator: ClientSession

    async def get(self, path: str, status: int = 200) -> Any:  # noqa: ANN401  any JSON
        """What a viewer is told."""
        async with self.viewer.get(path) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    @property
    def routes(self) -> set[str]:
        """The patterns of all addresses there are."""
        return {each.canonical for each in self.app.router.resources()}

    async def eventually(self, browser: ClientSession, status: int) -> None:
        """Wait until the session of this browser is answered so."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            async with browser.get("/api/session") as answer:
                if answer.status == status:
                    return
            assert time.monotonic() < deadline, f"still {answer.status}"
            await asyncio.sleep(0.05)

    async def csrf(self, browser: ClientSession) -> dict[str, str]:
        """The header with which a page proves that it is ours."""
        async with browser.get("/api/session") as answer:
            return {"X-CSRF-Token": (await answer.json())["csrf"]}


def nowhere() -> KafkaSettings:
    """A broker that is not there."""
    return load(KafkaSettings, bootstrap_servers=f"127.0.0.1:{free_port()}")


def users_file(folder: Path, operator: str = "operator") -> Path:
    """One of each role and some guests, all with the same password."""
    file = folder / "users.json"
    users = [User("viewer", Role.VIEWER, _HASH), User(operator, Role.OPERATOR, _HASH)]
    users += [User(f"guest{number}", Role.VIEWER, _HASH) for number in range(6)]
    write_users(file, {user.name: user for user in users})
    return file


@asynccontextmanager
async def serving(
    clickhouse: ClickHouseSettings,
    settings: ConsoleSettings,
    kafka: KafkaSettings,
) -> AsyncIterator[str]:
    """Run a console and give its address."""
    app = Console(settings, clickhouse, kafka, None).application()
    async with running(app, settings.port) as url:
        yield url


@asynccontextmanager
async def running(app: web.Application, port: int, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve an application and give its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def used(
    clickhouse: ClickHouseSettings,
    folder: Path,
    kafka: KafkaSettings,
    *,
    key: bool = True,
    operator_name: str = "operator",
) -> AsyncIterator[Stand]:
    """A console with a user of each role, logged in."""
    settings = load(
        ConsoleSettings,
        port=free_port(),
        users_file=users_file(folder, operator_name),
        audit_directory=folder / "audit",
    )
    hashes = Pseudonymizer(HASH_KEY.encode()) if key else None
    app = Console(settings, clickhouse, kafka, hashes).application()
    async with (
        running(app, settings.port) as url,
        browser(url) as nobody,
        browser(url) as viewer,
        browser(url) as operator,
    ):
        for name, each in (("viewer", viewer), (operator_name, operator)):
            assert await log_in(each, name, PASSWORD) == "/"
        yield Stand(url, app, settings, nobody, viewer, operator)


def browser(url: str) -> ClientSession:
    return ClientSession(url, cookie_jar=CookieJar(unsafe=True))


async def log_in(browser: ClientSession, user: str, password: str, to: str = "/") -> str:
    """Where the browser is sent then."""
    form = {"user": user, "password": password, "next": to}
    async with browser.post("/login", data=form, allow_redirects=False) as answer:
        assert answer.status == 303
        return answer.headers["Location"]
