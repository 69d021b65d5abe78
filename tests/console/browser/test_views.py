"""Every view with what is stored, for everybody: in light and dark, wide and narrow."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.console.browser.guest import DESKTOP, PHONE, Guest
from tests.console.filled import ALERT, CODE, HOUR, LOST, PLAN, START

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Address, and what stands on it when what was stored has been understood.
VIEWS = {
    "overview": (f"/?{HOUR}", ["72.2 %", "Germany", "50.0 %", "30003"]),
    "delivery": (
        f"/delivery?{HOUR}&by=carrier",
        ["Germany 262-01", "United States 310-410", "Delivered"],
    ),
    "slice": (f"/delivery?{HOUR}&country=DE", ["Germany DE", "50.0 %"]),
    "otp": (f"/otp?{HOUR}", ["60.0 %", "3 of 5", "Expired"]),
    "calls": (f"/calls?{HOUR}", ["75.0 %", "Completed", "Busy"]),
    "errors": (f"/errors?{HOUR}", ["30003", "Unreachable destination handset", "transient"]),
    "alerts": ("/alerts", ["Failures 60.0% instead of 5.0%", "Was over", "fraud signal"]),
    "alert": (f"/alerts/{quote(ALERT, safe='')}", ["Wait.", "SELECT 1", "pager", "it got worse"]),
    "fallbacks": (f"/fallbacks?{HOUR}", ["Brazil", "Open", "5.2 s"]),
    "fallback": (f"/fallbacks/{quote(PLAN, safe='')}", ["verify by call", "opted out", "5.2 s"]),
    "health": ("/health", ["Parts ready", "Consumer lag", "Ledger"]),
    "message": (f"/search?q={LOST}", ["30003", "Undelivered", "messaging.message.undelivered"]),
    "verification": (f"/search?q={CODE}", ["Approved", "10.0 s"]),
    "audit": ("/audit", ["operator", "Login"]),
    "nothing": (f"/?from={START + 7200}&to={START + 10800}", ["No messages were sent"]),
}


@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_opens_with_data_and_for_everybody(operator: Guest, view: str) -> None:
    path, words = VIEWS[view]
    await operator.visit(path)
    shown = await operator.page.locator("main").inner_text()
    assert [word for word in words if word not in shown] == [], shown
    assert await operator.violations() == []
    await operator.page.emulate_media(color_scheme="dark")
    assert await operator.violations() == []
    await operator.page.set_viewport_size(PHONE)
    assert await operator.overflow() == 0
    assert operator.complaints == []


async def test_the_login_is_for_everybody(stranger: Guest) -> None:
    await stranger.page.goto(f"{stranger.url}/login?error=wrong")
    assert await stranger.violations() == []
    await stranger.page.emulate_media(color_scheme="dark")
    assert await stranger.violations() == []
    await stranger.page.set_viewport_size(PHONE)
    assert await stranger.overflow() == 0
    assert stranger.complaints == []


async def test_charts_have_their_figures_as_a_table(viewer: Guest) -> None:
    await viewer.visit(f"/delivery?{HOUR}")
    await viewer.page.get_by_text("Figures as a table").click()
    row = viewer.page.locator(".figures tr", has_text="2026-01-01 00:01")
    cells = await row.locator("td").all_inner_texts()
    assert cells[:6] == ["72.2 %", "49.1\u201387.5 %", "10.0 %", "20", "13", "5"]
    missing = viewer.page.locator(".figures tr", has_text="2026-01-01 00:02")
    assert set(await missing.locator("td").all_inner_texts()) == {"\u2013"}


async def test_the_first_paint_comes_at_once(viewer: Guest) -> None:
    await viewer.page.set_viewport_size(DESKTOP)
    await viewer.page.goto(f"{viewer.url}/?{HOUR}")
    painted = await viewer.page.evaluate(FIRST_PAINT)
    assert 0 < painted < 5_000  # on a busy machine; measured alone it is far below a second


FIRST_PAINT = """() => new Promise((told) => new PerformanceObserver((list) => {
    const paint = list.getEntriesByName("first-contentful-paint")[0];
    if (paint) told(paint.startTime);
}).observe({type: "paint", buffered: true}))"""
