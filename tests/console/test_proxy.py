"""A proxy that logs people in: believed at its address, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from console.server import Console
from local.ports import free_port
from pipeline.errors import ConfigurationError
from pipeline.settings import ConsoleSettings, load
from tests.console.stand import browser, nowhere, serving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.settings import ClickHouseSettings

ADA = {"X-Forwarded-Email": "ada@example.com"}
ON_CALL = {**ADA, "X-Forwarded-Groups": "staff, on-call"}
BEHIND = {
    "proxy_user_header": "X-Forwarded-Email",
    "proxy_groups_header": "X-Forwarded-Groups",
    "proxy_operator_group": "on-call",
}


async def session(
    history: ClickHouseSettings, trusted: str, headers: Mapping[str, str]
) -> tuple[int, Any]:
    settings = load(ConsoleSettings, port=free_port(), trusted_proxies=trusted, **BEHIND)
    async with (
        serving(history, settings, nowhere()) as url,
        browser(url) as proxy,
        proxy.get("/api/session", headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def test_the_proxy_says_who_asks_and_their_role(history: ClickHouseSettings) -> None:
    status, told = await session(history, "127.0.0.0/8", ADA)
    assert (status, told["user"], told["role"]) == (200, "ada@example.com", "viewer")
    status, told = await session(history, "127.0.0.0/8", ON_CALL)
    assert (status, told["role"], len(told["csrf"])) == (200, "operator", 64)


async def test_anybody_else_who_says_so_is_refused(history: ClickHouseSettings) -> None:
    status, told = await session(history, "10.0.0.0/8", ON_CALL)
    assert (status, told) == (403, {"error": "Only the proxy may say who asks."})


async def test_the_proxy_has_to_name_somebody(history: ClickHouseSettings) -> None:
    assert (await session(history, "127.0.0.0/8", {}))[0] == 401
    status, told = await session(history, "127.0.0.0/8", {"X-Forwarded-Email": " "})
    assert (status, told) == (403, {"error": "The proxy did not say who asks."})


async def test_behind_tls_the_cookie_and_the_browser_are_bound_to_it(
    history: ClickHouseSettings,
) -> None:
    settings = load(ConsoleSettings, port=free_port(), trusted_proxies="127.0.0.1/32", **BEHIND)
    headers = {**ADA, "X-Forwarded-Proto": "https"}
    async with (
        serving(history, settings, nowhere()) as url,
        browser(url) as proxy,
        proxy.get("/api/session", headers=headers) as answer,
    ):
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_where_nobody_could_log_in_it_does_not_start(history: ClickHouseSettings) -> None:
    with pytest.raises(ConfigurationError, match=r"^nobody could log in: make users with "):
        Console(load(ConsoleSettings), history, nowhere(), None)


def test_a_user_header_needs_trusted_proxies() -> None:
    with pytest.raises(ConfigurationError, match="a user header needs trusted proxies"):
        load(ConsoleSettings, proxy_user_header="X-User")
