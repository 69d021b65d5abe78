"""Ways through the page: keyboard, drill-down, ranges, time zones, themes, a phone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.console.browser.guest import PHONE, Guest
from tests.console.filled import HOUR, LOST, NUMBER, START

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_keyboard_leads_everywhere(viewer: Guest) -> None:
    await viewer.visit("/health")
    page = viewer.page
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await page.keyboard.press("g")
    await page.keyboard.press("a")
    await expect(page.locator("h1")).to_have_text("Alerts")
    await expect(page.locator("h1")).to_be_focused()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert await viewer.violations() == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("/")
    await expect(page.get_by_label("Search by SID or phone number")).to_be_focused()
    await page.keyboard.type("g")  # a letter here, not a shortcut
    await page.keyboard.type("e")
    await expect(page.locator("h1")).to_have_text("Alerts")
    assert viewer.complaints == []


async def test_shortcuts_can_be_switched_off(newcomer: Guest) -> None:
    await newcomer.visit("/health")
    await newcomer.page.keyboard.press("?")
    await newcomer.page.get_by_label("Single-key shortcuts").uncheck()
    await newcomer.page.get_by_role("button", name="Close").click()
    await newcomer.page.keyboard.press("?")
    await expect(newcomer.page.get_by_role("dialog")).to_have_count(0)


async def test_a_row_leads_into_its_slice_and_a_chip_out_of_it(viewer: Guest) -> None:
    await viewer.visit(f"/delivery?{HOUR}")
    await viewer.page.get_by_role("link", name="Germany").click()
    await expect(viewer.page).to_have_url(re.compile(r"country=DE&by=carrier$"))
    await viewer.settled()
    await expect(viewer.page.locator("tbody tr")).to_have_count(1)
    await expect(viewer.page.locator("tbody tr")).to_contain_text("262-01")
    await viewer.page.get_by_role("link", name="Remove filter Country Germany").click()
    await expect(viewer.page.locator("tbody tr")).to_have_count(2)
    await viewer.page.go_back()
    await expect(viewer.page.locator("tbody tr")).to_have_count(1)
    assert viewer.complaints == []


async def test_a_filter_is_added_from_what_was_typed(viewer: Guest) -> None:
    await viewer.visit(f"/delivery?{HOUR}")
    await viewer.page.get_by_role("button", name="+ Filter").click()
    await viewer.page.get_by_label("What").select_option("carrier")
    await viewer.page.get_by_label("Value").fill("310410")
    assert await viewer.violations() == []
    await viewer.page.get_by_role("button", name="Add filter").click()
    await expect(viewer.page.locator(".chip", has_text="310410")).to_be_visible()
    await viewer.settled()
    await expect(viewer.page.locator("tbody tr")).to_have_count(1)
    await expect(viewer.page.locator("tbody tr")).to_contain_text("United States")


async def test_rows_are_put_in_order_and_stay_so_in_the_address(viewer: Guest) -> None:
    await viewer.visit(f"/delivery?{HOUR}&sort=key")
    names = viewer.page.locator("tbody th")
    await expect(names).to_have_text([re.compile("Germany"), re.compile("United States")])
    await viewer.page.get_by_role("link", name="Rate").click()
    await expect(viewer.page).to_have_url(re.compile("sort=-rate"))
    await expect(names).to_have_text([re.compile("United States"), re.compile("Germany")])


async def test_a_span_of_ones_own_in_ones_own_time(newcomer: Guest) -> None:
    await newcomer.visit("/delivery")
    await newcomer.page.get_by_role("button", name="Custom").click()
    await newcomer.page.get_by_label("From (UTC)").fill("2026-01-01T00:00")
    await newcomer.page.get_by_label("To (UTC)").fill("2026-01-01T01:00")
    await newcomer.page.get_by_role("button", name="Show").click()
    await expect(newcomer.page).to_have_url(re.compile(f"from={START}&to={START + 3600}"))
    await expect(newcomer.page.locator(".ranges")).to_contain_text("01-01 00:00 to 01-01 01:00 UTC")
    await newcomer.page.get_by_role("button", name="Local").click()
    zone = await newcomer.page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    await expect(newcomer.page.locator(".ranges")).to_contain_text(zone)


async def test_a_theme_stays_chosen(newcomer: Guest) -> None:
    await newcomer.page.emulate_media(color_scheme="light")
    await newcomer.visit("/health")
    light = await ground(newcomer)
    await newcomer.page.get_by_role("button", name="Dark").click()
    assert await ground(newcomer) != light
    await newcomer.page.reload()
    await newcomer.settled()
    assert await ground(newcomer) != light


async def test_a_number_is_found_and_never_in_the_address(viewer: Guest) -> None:
    asked: list[str] = []
    viewer.page.on("request", lambda request: asked.append(request.url))
    await viewer.visit("/alerts")
    await viewer.page.keyboard.press("/")
    await viewer.page.keyboard.type(NUMBER)
    await viewer.page.keyboard.press("Enter")
    await viewer.settled()
    await expect(viewer.page.get_by_role("heading", name="Calls")).to_be_visible()
    assert NUMBER[1:] not in viewer.page.url
    assert [url for url in asked if NUMBER[1:] in url] == []
    await viewer.page.locator("main a.code, main a", has=viewer.page.locator(".code")).first.click()
    await expect(viewer.page.get_by_role("heading", name="Timeline of")).to_be_visible()


async def test_what_is_not_there_is_said(viewer: Guest) -> None:
    await viewer.visit(f"/search?q={LOST[:-1]}f")
    await expect(viewer.page.locator("main")).to_contain_text("Nothing is stored of this SID.")
    await viewer.visit("/alerts/none")
    await expect(viewer.page.get_by_role("alert")).to_contain_text("Can't be shown.")


async def test_a_phone_unfolds_the_views(viewer: Guest) -> None:
    await viewer.page.set_viewport_size(PHONE)
    await viewer.visit("/health")
    await expect(viewer.page.get_by_role("link", name="Alerts")).not_to_be_visible()
    await viewer.page.get_by_role("button", name="Menu").click()
    assert await viewer.violations() == []
    await viewer.page.get_by_role("link", name="Alerts").click()
    await expect(viewer.page.locator("h1")).to_have_text("Alerts")
    await expect(viewer.page.get_by_role("link", name="Health", exact=True)).not_to_be_visible()


async def ground(guest: Guest) -> str:
    return str(await guest.page.evaluate("getComputedStyle(document.body).backgroundColor"))
