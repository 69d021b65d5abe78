"""How soon a browser that nobody has used yet shows the console.

Times are of the browser's own clock, from the start of the navigation: the first text
(first-contentful-paint), and on the overview the first figure drawn from an answer.
"""

import shutil
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import BrowserContext, Page, async_playwright

ROUNDS: Final = 7
_FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
_PAINTED: Final = """() => new Promise((told) => new PerformanceObserver((list) => {
    const paint = list.getEntriesByName("first-contentful-paint")[0];
    if (paint) told(paint.startTime);
}).observe({type: "paint", buffered: true}))"""
_FIGURES: Final = "() => document.querySelector('.tile .figure') && performance.now()"


async def painted(url: str, user: str, password: str) -> dict[str, float]:
    """Milliseconds: the median and the slowest of some rounds, each in browsers of its own."""
    rounds = [await _round(url, user, password) for _ in range(ROUNDS)]
    figures = dict[str, float]()
    for name in rounds[0]:
        times = [each[name] for each in rounds]
        figures |= {f"{name}_ms": statistics.median(times), f"{name}_slowest_ms": max(times)}
    return figures


async def _round(url: str, user: str, password: str) -> dict[str, float]:
    times = dict[str, float]()
    async with _browser() as fresh:
        login = await _opened(fresh, f"{url}/login")
        times["login_paint"] = await login.evaluate(_PAINTED)
    async with _browser() as fresh:
        await fresh.request.post(f"{url}/login", form={"user": user, "password": password})
        for name in ("overview", "overview_again"):
            page = await _opened(fresh, f"{url}/")
            figures = await page.wait_for_function(_FIGURES)
            times[f"{name}_paint"] = await page.evaluate(_PAINTED)
            times[f"{name}_figures"] = await figures.json_value()
    return times


@asynccontextmanager
async def _browser() -> AsyncIterator[BrowserContext]:
    program = shutil.which("chromium")
    if program is None:
        raise FileNotFoundError("chromium is missing: run `apt-get install chromium` as root")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield await browser.new_context()
        await browser.close()


async def _opened(context: BrowserContext, url: str) -> Page:
    page = await context.new_page()
    await page.goto(url, wait_until="commit")
    return page
