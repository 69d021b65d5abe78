"""Who may see the page, and who may press its buttons."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.console.browser.guest import Guest
from tests.console.filled import ALERT, HOUR
from tests.console.stand import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_login_leads_back_to_where_one_wanted_to_go(stranger: Guest) -> None:
    await stranger.page.goto(f"{stranger.url}/errors?{HOUR}")
    await stranger.log_in("viewer", "wrong but long enough")
    await expect(stranger.page.get_by_role("alert")).to_have_text("User and password do not match.")
    await stranger.log_in("viewer", PASSWORD)
    await expect(stranger.page).to_have_url(f"{stranger.url}/errors?{HOUR}")
    await expect(stranger.page.locator("h1")).to_have_text("Errors")
    assert stranger.complaints == []


async def test_no_login_leads_to_another_site(stranger: Guest) -> None:
    await stranger.page.goto(f"{stranger.url}/login?next=//elsewhere.example/")
    await stranger.log_in("viewer", PASSWORD)
    await expect(stranger.page).to_have_url(f"{stranger.url}/")


async def test_who_logs_out_has_to_log_in_again(stranger: Guest) -> None:
    await stranger.page.goto(f"{stranger.url}/login?next=/health")
    await stranger.log_in("operator", PASSWORD)
    await stranger.page.get_by_role("button", name="Log out").click()
    await expect(stranger.page).to_have_url(f"{stranger.url}/login?next=%2Fhealth")
    await stranger.page.goto(f"{stranger.url}/alerts")
    await expect(stranger.page).to_have_url(f"{stranger.url}/login?next=%2Falerts")


async def test_a_viewer_sees_no_buttons_that_change_anything(
    viewer: Guest, operator: Guest
) -> None:
    buttons = {
        f"/alerts/{quote(ALERT, safe='')}": "Acknowledge",
        f"/fallbacks?{HOUR}": "Stop all",
    }
    for path, name in buttons.items():
        for one, seen in ((operator, 1), (viewer, 0)):
            await one.visit(path)
            await expect(one.page.get_by_role("button", name=name)).to_have_count(seen)
    await expect(operator.page.get_by_role("link", name="Audit")).to_have_count(1)
    await expect(viewer.page.get_by_role("link", name="Audit")).to_have_count(0)
    await viewer.visit("/audit")
    await expect(viewer.page.locator("main")).to_contain_text("Operators see who changed what.")
    assert viewer.complaints == []
