"""Somebody who looks at the page: a tab of the browser, and what went wrong in it."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import ViewportSize, expect

from tests.console.stand import PASSWORD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WAIT_MS = 15_000
#: The console keeps an answer longer the longer it took to find, but never longer than this.
KEPT_MS = 75_000
expect.set_options(timeout=WAIT_MS)


@dataclass
class Guest:
    """One tab; ``complaints`` are the console's errors, uncaught exceptions and refusals."""

    page: Page
    url: str
    complaints: list[str]

    async def anew(self) -> Guest:
        """The same tab as nobody had used it yet."""
        await self.page.goto("about:blank")
        await self.page.emulate_media(color_scheme="light")
        await self.page.set_viewport_size(DESKTOP)
        self.complaints.clear()
        return self

    async def visit(self, path: str) -> None:
        """Open a view and wait until all it needs is there."""
        await self.page.goto(self.url + path)
        await self.settled()

    async def settled(self) -> None:
        await expect(self.page.locator("main h1")).to_be_visible()
        await expect(self.page.locator(".waiting, .read.busy")).to_have_count(0)

    async def log_in(self, user: str, password: str = PASSWORD) -> None:
        """Fill in the form one is sent to."""
        await self.page.get_by_label("User").fill(user)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Log in").click()

    async def tile(self, name: str) -> str:
        """The figure of a tile."""
        tile = self.page.locator(".tile", has_text=name).locator(".figure")
        return await tile.inner_text()

    async def violations(self, *rules: str) -> list[str]:
        """What axe finds against WCAG 2.2 A and AA, or of these rules alone."""
        if not await self.page.evaluate("typeof axe !== 'undefined'"):
            await self.page.evaluate(AXE.read_text())
        only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
        found = await self.page.evaluate("only => axe.run(document, {runOnly: only})", only)
        return [_line(violation) for violation in found["violations"]]

    async def overflow(self) -> int:
        """Pixels by which the page stays wider than its window once charts have followed it."""
        deadline = time.monotonic() + FOLLOWED_S
        while (wider := int(await self.page.evaluate(WIDER))) and time.monotonic() < deadline:
            await self.page.evaluate("new Promise(requestAnimationFrame)")
        return wider


#: Charts are drawn anew in frames after the window's; a page that does not fit stays so.
FOLLOWED_S = 5.0
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@asynccontextmanager
async def profile(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser nobody has used yet."""
    context = await browser.new_context(viewport=DESKTOP)
    context.set_default_timeout(WAIT_MS)
    yield context
    await context.close()


@asynccontextmanager
async def tab(context: BrowserContext, url: str) -> AsyncIterator[Guest]:
    """One tab of a browser, with the console at this address."""
    page = await context.new_page()
    one = Guest(page, url, [])
    _listen(one)
    yield one
    await page.close()


def _listen(one: Guest) -> None:
    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            one.complaints.append(message.text)

    def answered(response: Response) -> None:
        if response.status >= 400:
            one.complaints.append(f"{response.status} {response.url}")

    one.page.on("console", said)
    one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
    one.page.on("response", answered)


def _line(violation: dict[str, Any]) -> str:
    where = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
    return f"{violation['id']}: {violation['help']} at {where[:4]}"
