"""News reaches every open page, made once for all of them, and only while somebody listens."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from aiohttp import web

from console import failures
from console.stream import Stream
from local.ports import free_port
from pipeline.errors import UnavailableError
from pipeline.metrics import CONSOLE_STREAMS
from tests.console.filled import ALERT
from tests.console.stand import WAIT_SECONDS, browser, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientResponse, ClientSession

    from tests.console.stand import Stand


async def next_tick(answer: ClientResponse) -> dict[str, Any]:
    """Read lines until one holds the data of a tick."""
    async with asyncio.timeout(WAIT_SECONDS):
        async for line in answer.content:
            if line.startswith(b"data: "):
                return dict(msgspec.json.decode(line.removeprefix(b"data: ")))
    raise AssertionError("the stream ended")


async def test_a_tick_says_what_is_new(stand: Stand) -> None:
    async with stand.viewer.get("/api/stream") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        tick = await next_tick(answer)
    assert tick["now"] == pytest.approx(time.time(), abs=WAIT_SECONDS)
    assert (tick["firing"], tick["newest_alert"]) == (1, ALERT)
    assert (tick["lag"], tick["freshness_s"], tick["events_per_s"]) == (None, None, None)
    assert (tick["delivery"]["total"]["sent"], tick["fallbacks"]["recovered"]) == (0, 0)


async def test_a_session_that_ends_ends_its_stream(stand: Stand) -> None:
    async with stand.viewer.get("/api/stream") as answer:
        await next_tick(answer)
        headers = await stand.csrf(stand.viewer)
        async with stand.viewer.post("/logout", headers=headers) as out:
            assert out.status == 200
        async with asyncio.timeout(WAIT_SECONDS):
            await answer.content.read()


class News:
    """Counts how often it is asked; the first ``failures`` times it can't tell."""

    def __init__(self) -> None:
        self.asked = 0
        self.failures = 0

    async def __call__(self) -> bytes:
        self.asked += 1
        if self.asked <= self.failures:
            raise UnavailableError("away")
        return b'{"n": %d}' % self.asked


@asynccontextmanager
async def told(news: News, most: int = 100) -> AsyncIterator[tuple[Stream, ClientSession]]:
    """A stream of these news, and a browser to open it with."""
    stream = Stream(news, most)

    async def handler(request: web.Request) -> web.StreamResponse:
        return await stream.listen(request, lambda: True)

    app = web.Application(middlewares=[failures.told])
    app.router.add_get("/stream", handler)
    task = asyncio.create_task(stream.run())
    async with running(app, free_port()) as url, browser(url) as page:
        yield stream, page
    task.cancel()


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.stream.EVERY_S", 0.05)


@pytest.mark.usefixtures("_quick")
async def test_many_pages_cost_what_one_costs_and_go_without_a_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    news = News()
    async with told(news) as (_, page):
        begun = time.monotonic()
        pages = await asyncio.gather(*(page.get("/stream") for _ in range(50)))
        ticks = [await next_tick(each) for each in pages for _ in range(2)]
        assert all(tick["n"] >= 1 for tick in ticks)
        assert news.asked <= (time.monotonic() - begun) / 0.05 + 1
        for each in pages:
            each.close()
        deadline = time.monotonic() + WAIT_SECONDS
        while CONSOLE_STREAMS._value.get():  # noqa: SLF001  no other way to read a gauge
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
    written = capsys.readouterr()
    assert "Traceback" not in written.out + written.err


@pytest.mark.usefixtures("_quick")
async def test_nobody_listens_nobody_asks_and_an_error_ends_nothing() -> None:
    news = News()
    news.failures = 3
    async with told(news) as (_, page):
        await asyncio.sleep(0)
        assert news.asked == 0
        async with page.get("/stream") as answer:
            assert await next_tick(answer) == {"n": 4}


async def test_more_pages_than_may_be_are_refused() -> None:
    async with told(News(), most=0) as (_, page), page.get("/stream") as answer:
        assert (answer.status, await answer.json()) == (503, {"error": "Too many pages are open."})
