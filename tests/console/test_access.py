"""Who may do what: every route, for whoever asks."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from console.pages import LINKS
from tests.console.filled import HOUR, PLAN, sid

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from tests.console.stand import Stand

READING = (
    "/api/session",
    "/api/filters",
    f"/api/delivery?{HOUR}",
    f"/api/breakdown?{HOUR}",
    f"/api/otp?{HOUR}",
    f"/api/calls?{HOUR}",
    f"/api/errors?{HOUR}",
    "/api/alerts",
    "/api/alerts/over",
    f"/api/fallbacks?{HOUR}",
    f"/api/fallbacks/{PLAN}",
    "/api/health",
    f"/api/search?q={sid('SM', 1)}",
    f"/api/timeline/{sid('SM', 1)}",
    "/api/stream",
)
OPERATORS = ("/api/audit",)
CHANGING = ("/api/alerts/over/ack", "/api/fallbacks/stop", "/api/fallbacks/start")
#: They only read, or concern the caller alone, but are sent as a POST.
POSTED = {"/api/search": {"q": sid("SM", 1)}, "/logout": {}}
OPEN = ("/login", "/static/{version}/{path}")


async def status(browser: ClientSession, path: str) -> int:
    async with browser.get(path, allow_redirects=False) as answer:
        return answer.status


async def test_every_route_is_in_this_matrix(stand: Stand) -> None:
    named = {path.split("?")[0] for path in (*READING, *OPERATORS, *CHANGING, *POSTED)}
    patterns = {
        path.replace("/over", "/{id}")
        .replace(f"/{PLAN}", "/{id}")
        .replace(f"/{sid('SM', 1)}", "/{id}")
        for path in named
    }
    assert patterns | set(LINKS) | set(OPEN) == stand.routes


async def test_nobody_reads_anything(stand: Stand) -> None:
    for path in (*READING, *OPERATORS):
        async with stand.nobody.get(path) as answer:
            assert (answer.status, await answer.json()) == (401, {"error": "Log in first."}), path
    for path in (*CHANGING, *POSTED):
        async with stand.nobody.post(path, json={}) as answer:
            assert answer.status == 401, path


async def test_a_viewer_reads(stand: Stand) -> None:
    assert {path: await status(stand.viewer, path) for path in READING} == dict.fromkeys(
        READING, 200
    )
    assert [await status(stand.viewer, path) for path in OPERATORS] == [403]


async def test_a_viewer_changes_nothing(stand: Stand) -> None:
    headers = await stand.csrf(stand.viewer)
    for path in CHANGING:
        async with stand.viewer.post(path, json={"reason": ""}, headers=headers) as answer:
            assert answer.status == 403
            assert await answer.json() == {"error": "Only operators may do this."}


async def test_an_operator_reads_all(stand: Stand) -> None:
    for path in (*READING, *OPERATORS):
        assert await status(stand.operator, path) == 200, path


@pytest.mark.parametrize("path", [*CHANGING, *POSTED])
async def test_without_the_pages_token_nothing_is_changed(stand: Stand, path: str) -> None:
    viewers = await stand.csrf(stand.viewer)
    for headers in ({}, {"X-CSRF-Token": "x"}, viewers):
        async with stand.operator.post(path, json={}, headers=headers) as answer:
            assert answer.status == 403
            assert await answer.json() == {"error": "The page is out of date: load it again."}


@pytest.mark.parametrize(
    "foreign",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil"}],
)
async def test_another_site_can_post_nothing(stand: Stand, foreign: dict[str, str]) -> None:
    headers = await stand.csrf(stand.operator) | foreign
    async with stand.operator.post("/api/fallbacks/stop", json={}, headers=headers) as answer:
        assert await answer.json() == {"error": "This was sent by another site."}
    form = {"user": "viewer", "password": "x"}
    async with stand.nobody.post("/login", data=form, headers=foreign) as answer:
        assert answer.status == 403


async def test_pages_lead_to_the_login_and_back(stand: Stand) -> None:
    where = "/alerts/failures:BR:1?from=1"
    async with stand.nobody.get(where, allow_redirects=False) as answer:
        assert answer.status == 303
        expected = "/login?next=%2Falerts%2Ffailures%3ABR%3A1%3Ffrom%3D1"
        assert answer.headers["Location"] == expected
    for link in LINKS:
        assert await status(stand.viewer, link.replace("{id}", "x")) == 200


async def test_what_is_not_there_is_said_as_json(stand: Stand) -> None:
    for path in ("/api/nothing", "/static/v/nothing.js", "/static/v/../../server.py", "/nothing"):
        async with stand.viewer.get(path) as answer:
            assert (answer.status, await answer.json()) == (
                404,
                {"error": "There is no such page."},
            )
    async with stand.viewer.put("/api/alerts") as answer:
        assert (answer.status, await answer.json()) == (405, {"error": "Method Not Allowed."})


async def test_every_answer_says_what_a_browser_may_do_with_it(stand: Stand) -> None:
    for path in (
        "/",
        "/login",
        "/api/session",
        "/api/stream",
        "/api/nothing",
        "/static/v/login.js",
    ):
        async with stand.viewer.get(path) as answer:
            headers = answer.headers
            policy = re.sub(r" 'sha256-[A-Za-z0-9+/]{43}='", "", headers["Content-Security-Policy"])
            assert policy == (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
                "frame-ancestors 'none'"
            ), path
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["X-Frame-Options"] == "DENY"
            assert "Strict-Transport-Security" not in headers
    async with stand.viewer.get("/api/session") as answer:
        assert answer.headers["Cache-Control"] == "no-store"


async def test_what_stands_inside_the_page_is_allowed_by_its_hash_and_nothing_else(
    stand: Stand,
) -> None:
    for path in ("/", "/login"):
        async with stand.viewer.get(path) as answer:
            html, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        inside = re.findall(r"<(style|script)>(.*?)</\1>", html, re.DOTALL)
        assert [element for element, _ in inside] == ["script", "style"], path
        for element, content in inside:
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert re.search(rf"{element}-src 'self'[^;]* 'sha256-{re.escape(digest)}'", policy)
        assert not re.search(r"\s(on\w+|style)=", html)


async def test_files_are_never_asked_for_again_until_they_change(stand: Stand) -> None:
    async with stand.nobody.get("/login") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
        tag = answer.headers["ETag"]
        (path,) = re.findall(r'src="(/static/[0-9a-f]{16}/login\.js)"', await answer.text())
    async with stand.nobody.get("/login", headers={"If-None-Match": tag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    async with stand.nobody.get(path) as answer:
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
        now = await answer.read()
    before = "/static/of-before-an-upgrade/login.js"
    async with stand.nobody.get(before, headers={"Accept-Encoding": "identity"}) as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "Content-Encoding" not in answer.headers
        assert await answer.read() == now
