"""Open pages: what the console and ClickHouse have to do for one, and for two hundred.

Each page holds its stream open and, at every tick, asks for the hour's delivery and the alerts,
as the real one does. Queries must not grow with pages; the console's own work may. Before that,
how soon a browser shows the page.
"""

import asyncio
import re
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import msgspec
from aiohttp import ClientError, ClientSession, CookieJar, TCPConnector

from benchmarks.analysts.filling import Size, fill
from benchmarks.paint import painted
from benchmarks.result import Result
from benchmarks.stage import Stage, child, part, stage, until
from benchmarks.store import Store, cpu_seconds, store
from console.passwords import hashed
from console.users import User, write_users
from console.visitor import Role
from local.ports import free_ports
from sinks.clickhouse import connect

PAGES: Final = (1, 200)
SECONDS: Final = 20.0
WARM_S: Final = 4.0
MESSAGES: Final = 20_000
_VIEWS: Final = ("/api/delivery", "/api/alerts")
_PASSWORD: Final = "of nobody in particular"  # noqa: S105  of a user that ends with the benchmark
_QUERIES: Final = re.compile(r"^twilio_console_queries_total\{.*\} (\S+)$", re.MULTILINE)


class _Load(msgspec.Struct):
    """What the pages asked; ``waits`` in seconds."""

    waits: list[float] = []
    ticks: int = 0


def run() -> Result:
    """Measure with one page and with many."""
    return asyncio.run(_run())


async def _run() -> Result:
    async with stage(1) as here, store(here) as target:
        with connect(target.settings) as client:
            await asyncio.to_thread(
                fill, client, target.settings, Size(MESSAGES, 0), int(time.time() * 1000)
            )
        async with _console(here, target) as (url, metrics_port):
            figures = await painted(url, "viewer", _PASSWORD)
            for pages in PAGES:
                figures |= await _measured(url, metrics_port, pages)
    one, many = (figures[f"queries_of_{pages}"] for pages in PAGES)
    return Result("console", figures, {"queries, many pages to one": many / one})


@asynccontextmanager
async def _console(here: Stage, target: Store) -> AsyncIterator[tuple[str, int]]:
    port, metrics_port = free_ports(2)
    users = here.folder / "users.json"
    write_users(users, {"viewer": User("viewer", Role.VIEWER, hashed(_PASSWORD))})
    environment = {
        "TWILIO_PIPELINE_CLICKHOUSE_URL": target.server.url,
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": here.kafka.bootstrap_servers,
        "TWILIO_PIPELINE_CONSOLE_PORT": str(port),
        "TWILIO_PIPELINE_CONSOLE_METRICS_PORT": str(metrics_port),
        "TWILIO_PIPELINE_CONSOLE_USERS_FILE": str(users),
    }
    with child(part("console"), environment, Path(here.folder / "console.log")):
        await until(lambda: _answers(metrics_port), "the console")
        yield f"http://127.0.0.1:{port}", metrics_port


def _answers(metrics_port: int) -> bool:
    try:
        return bool(_metrics(metrics_port))
    except OSError:
        return False


async def _measured(url: str, metrics_port: int, pages: int) -> dict[str, float]:
    load = _Load()
    jar, connector = CookieJar(unsafe=True), TCPConnector(limit=0)
    async with ClientSession(url, cookie_jar=jar, connector=connector) as browser:
        form = {"user": "viewer", "password": _PASSWORD}
        async with browser.post("/login", data=form, allow_redirects=False) as answer:
            answer.raise_for_status()
        opened = [asyncio.create_task(_page(browser, load)) for _ in range(pages)]
        await asyncio.sleep(WARM_S)
        load.waits.clear()
        used, queries = cpu_seconds(metrics_port), _queries(metrics_port)
        await asyncio.sleep(SECONDS)
        used, queries = cpu_seconds(metrics_port) - used, _queries(metrics_port) - queries
        for task in opened:
            task.cancel()
        await asyncio.gather(*opened, return_exceptions=True)
    return {
        f"queries_of_{pages}": queries / SECONDS,
        f"cpu_ms_of_{pages}": used / SECONDS * 1000,
        f"answers_of_{pages}": len(load.waits) / SECONDS,
        f"p95_wait_ms_of_{pages}": statistics.quantiles(load.waits, n=20)[18] * 1000,
    }


async def _page(browser: ClientSession, load: _Load) -> None:
    async with browser.get("/api/stream", timeout=None) as stream:
        async for line in stream.content:
            if line.startswith(b"data:"):
                load.ticks += 1
                await asyncio.gather(*(_ask(browser, path, load) for path in _VIEWS))


async def _ask(browser: ClientSession, path: str, load: _Load) -> None:
    begun = time.monotonic()
    async with browser.get(path) as answer:
        await answer.read()
        if not answer.ok:
            raise ClientError(f"{path}: {answer.status}")
    load.waits.append(time.monotonic() - begun)


def _queries(metrics_port: int) -> float:
    return sum(map(float, _QUERIES.findall(_metrics(metrics_port))))


def _metrics(metrics_port: int) -> str:
    with urlopen(f"http://127.0.0.1:{metrics_port}/metrics") as answer:
        return str(answer.read().decode())
