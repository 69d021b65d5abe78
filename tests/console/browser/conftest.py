"""One browser and one console over a filled database for all of these tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from pipeline.settings import ClickHouseSettings, KafkaSettings, load
from pipeline.topics import ensure_topics
from sinks.clickhouse import connect
from tests.console.browser.guest import Guest, profile, tab
from tests.console.browser.wire import Wire, wired
from tests.console.filled import fill
from tests.console.stand import used
from tests.sinks.shelf import Shelf
from tests.tools import debian

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientSession
    from playwright._impl._api_structures import SetCookieParam  # not exported elsewhere

    from tests.databases import Databases

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class World:
    """A console at work: its address, the database behind it, and who is logged in."""

    url: str
    shelf: Shelf
    kafka: str
    wire: Wire
    cookies: dict[str, list[SetCookieParam]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = debian("chromium", "chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(
    databases: Databases, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("console")
    await ensure_topics(load(KafkaSettings, bootstrap_servers=kafka))
    with databases.lent() as writer, connect(writer) as client:
        shelf = Shelf(client, writer)
        await fill(shelf)
        readers = load(ClickHouseSettings, url=writer.url, database=writer.database)
        async with (
            used(readers, folder, load(KafkaSettings, bootstrap_servers=kafka)) as stand,
            wired(stand.settings.port) as wire,
        ):
            url = f"http://127.0.0.1:{wire.port}"
            people = {"viewer": stand.viewer, "operator": stand.operator}
            cookies = {name: cookies_of(one, url) for name, one in people.items()}
            yield World(url, shelf, kafka, wire, cookies)


def cookies_of(session: ClientSession, url: str) -> list[SetCookieParam]:
    """What makes a browser somebody who has logged in."""
    return [{"name": each.key, "value": each.value, "url": url} for each in session.cookie_jar]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def guests(chromium: Browser, world: World) -> AsyncIterator[dict[str, Guest]]:
    """A tab for each role, logged in; opening one for each test takes longer than most tests."""
    async with (
        profile(chromium) as viewer,
        profile(chromium) as operator,
        tab(viewer, world.url) as viewers,
        tab(operator, world.url) as operators,
    ):
        await viewer.add_cookies(world.cookies["viewer"])
        await operator.add_cookies(world.cookies["operator"])
        yield {"viewer": viewers, "operator": operators}


@pytest_asyncio.fixture(loop_scope="session")
async def viewer(guests: dict[str, Guest]) -> Guest:
    """Shared: leave nothing behind that outlives the next visit; else be a ``newcomer``."""
    return await guests["viewer"].anew()


@pytest_asyncio.fixture(loop_scope="session")
async def operator(guests: dict[str, Guest]) -> Guest:
    """Shared, too."""
    return await guests["operator"].anew()


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(chromium: Browser, world: World) -> AsyncIterator[Guest]:
    """Not logged in, and without any likings."""
    async with profile(chromium) as fresh, tab(fresh, world.url) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def newcomer(chromium: Browser, world: World) -> AsyncIterator[Guest]:
    """Logged in, and without any likings."""
    async with profile(chromium) as fresh, tab(fresh, world.url) as one:
        await fresh.add_cookies(world.cookies["viewer"])
        yield one
