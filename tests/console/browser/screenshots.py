"""Pictures of a console at work for the documents: ``python -m tests.console.browser.screenshots``.

It logs in at the console of a running stack, whose last hour should hold an outage.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright

from tests.console.browser.conftest import FLAGS
from tests.console.browser.guest import Guest, profile, tab
from tests.tools import debian

if TYPE_CHECKING:
    from playwright.async_api import ViewportSize

IMAGES = Path(__file__).parents[3] / "docs" / "images"
PLAIN = "--disable-lcd-text"  # coloured edges of letters double a picture's size
WIDE: ViewportSize = {"width": 1180, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 760}


async def main(url: str, user: str, password: str) -> None:
    """Take all pictures anew."""
    async with async_playwright() as playwright:
        program = debian("chromium", "chromium")
        browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS, PLAIN])
        async with profile(browser) as fresh, tab(fresh, url) as guest:
            await guest.page.goto(f"{url}/login")
            await guest.log_in(user, password)
            await guest.settled()
            await pictures(guest)
        await browser.close()


async def pictures(guest: Guest) -> None:
    """One in light, one in dark, one as a phone shows it."""
    alert = await worst(guest)
    for name, path, size, scheme in (
        ("overview", "/?range=1h", WIDE, "light"),
        ("alert", f"/alerts/{alert}", WIDE, "dark"),
        ("phone", "/?range=1h", PHONE, "dark"),
    ):
        await guest.page.set_viewport_size(size)
        await guest.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await guest.visit(path)
        await guest.page.locator(".live[data-state=live]").wait_for()
        await guest.page.screenshot(path=IMAGES / f"console-{name}.png")


async def worst(guest: Guest) -> str:
    """The incident with the most messages affected, firing ones first."""
    answer: dict[str, Any] = await guest.page.evaluate(
        "() => fetch('/api/alerts?state=all&limit=100').then((told) => told.json())"
    )
    alerts = sorted(answer["alerts"], key=lambda one: (one["state"] != "firing", -one["affected"]))
    return str(await guest.page.evaluate("encodeURIComponent", alerts[0]["id"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="address of the console")
    parser.add_argument("--user", default="operator")
    asked = parser.parse_args()
    asyncio.run(main(asked.url.rstrip("/"), asked.user, getpass.getpass()))
