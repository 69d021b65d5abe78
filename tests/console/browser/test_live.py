"""The page moves on with the pipeline, and says so when it can't."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from playwright.async_api import expect

from tests.console.browser.guest import KEPT_MS
from tests.sinks import cells, test_alerts

if TYPE_CHECKING:
    from pipeline.items.window_cell import WindowCell
    from tests.console.browser.conftest import World
    from tests.console.browser.guest import Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_outage_appears_while_one_looks_on(viewer: Guest, world: World) -> None:
    minute = int(time.time()) // 60 * 60 - 60
    await cells.put_windows(world.shelf, cell(minute, 1, delivered=97, undelivered=3))
    await viewer.visit("/?country=NL&range=15m")
    await expect(figure(viewer, "Delivered of known")).to_have_text("97.0 %")
    await expect(figure(viewer, "Alerts firing")).to_have_text(re.compile(r"^\d+$"))
    before = await drawn(viewer)
    fired = int(await viewer.tile("Alerts firing"))
    await viewer.page.evaluate("window.stayed = true")

    await cells.put_windows(world.shelf, cell(minute, 2, delivered=45, undelivered=55))
    told: dict[str, Any] = {"slice": {"country": "NL"}, "title": "failures 55% instead of 3%"}
    await test_alerts.put(world.shelf, test_alerts.alert(1, "firing", id="failures:NL:1", **told))
    await expect(figure(viewer, "Delivered of known")).to_have_text("45.0 %", timeout=KEPT_MS)
    await expect(figure(viewer, "Alerts firing")).to_have_text(str(fired + 1), timeout=KEPT_MS)
    alert = viewer.page.locator(".firing").get_by_role("link", name="Failures 55% instead of 3%")
    await expect(alert).to_be_visible(timeout=KEPT_MS)
    assert await drawn(viewer) != before
    assert await viewer.page.title() == f"({fired + 1}) Overview · Delivery console"
    assert await viewer.page.evaluate("window.stayed")  # all that without loading anew
    assert viewer.complaints == []


async def test_a_server_that_is_gone_and_comes_back(newcomer: Guest, world: World) -> None:
    await newcomer.page.clock.install()
    await newcomer.visit("/health")
    await expect(newcomer.page.locator(".live")).to_contain_text("Live")
    world.wire.cut()
    try:
        await expect(newcomer.page.locator(".live")).to_contain_text("Reconnecting")
        await newcomer.page.clock.fast_forward(20_000)
        await expect(newcomer.page.locator(".live")).to_contain_text("Stale since")
        await expect(newcomer.page.locator(".banner.bad")).to_contain_text(
            "The console's server does not answer. What you see is of"
        )
        await expect(newcomer.page.locator("main")).to_contain_text("Parts ready")  # as it was
    finally:
        world.wire.mend()
    await newcomer.page.clock.fast_forward(20_000)
    await expect(newcomer.page.locator(".live")).to_contain_text("Live")
    await expect(newcomer.page.locator(".banner.bad")).to_have_count(0)


def cell(minute: int, version: int, delivered: int, undelivered: int) -> WindowCell:
    """One carrier's minute in the Netherlands, as the version says it."""
    told = cells.window("20404", 0, version, delivered=delivered, unknown=0)
    return replace(
        told,
        window_start=minute,
        country="NL",
        sent=delivered + undelivered,
        undelivered=undelivered,
    )


def figure(guest: Guest, name: str) -> Any:  # noqa: ANN401  playwright's locator
    return guest.page.locator(".tile", has_text=name).locator(".figure")


async def drawn(guest: Guest) -> str:
    """The pixels of the rate's chart."""
    return str(await guest.page.evaluate("document.querySelector('.plots canvas').toDataURL()"))
