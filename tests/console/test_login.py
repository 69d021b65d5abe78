"""Logging in: right and wrong, too often, and out again."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

import msgspec
import pytest

from console.login import local_path
from console.passwords import hashed
from console.users import User, read_users, write_users
from console.visitor import Role
from tests.console.stand import PASSWORD, Stand, browser, log_in

if TYPE_CHECKING:
    from aiohttp import ClientSession


async def role(of: ClientSession) -> str | None:
    async with of.get("/api/session") as answer:
        told = await answer.json()
    return str(told["role"]) if "role" in told else None


async def test_a_login_leads_back_to_where_one_was(stand: Stand) -> None:
    assert (
        await log_in(stand.nobody, "viewer", PASSWORD, "/alerts?state=all") == "/alerts?state=all"
    )
    assert await role(stand.nobody) == "viewer"


async def test_the_cookie_is_for_this_site_alone(stand: Stand) -> None:
    form = {"user": "viewer", "password": PASSWORD}
    async with stand.nobody.post("/login", data=form, allow_redirects=False) as answer:
        cookie = SimpleCookie(answer.headers["Set-Cookie"])["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert cookie["secure"] == ""  # over plain HTTP it would not come back
    assert len(cookie.value) == 43


@pytest.mark.parametrize(
    ("user", "password"),
    [("viewer", "wrong"), ("nobody", PASSWORD), ("", ""), ("viewer", "x" * 2_000)],
)
async def test_a_wrong_login_says_neither_what_was_wrong(
    stand: Stand, user: str, password: str
) -> None:
    where = await log_in(stand.nobody, user, password, "/otp")
    assert where == "/login?error=wrong&next=%2Fotp"
    assert await role(stand.nobody) is None


async def test_who_guesses_has_to_wait_and_others_have_not(stand: Stand) -> None:
    for _ in range(5):
        assert "error=wrong" in await log_in(stand.nobody, "viewer", "guess")
    assert await log_in(stand.nobody, "viewer", PASSWORD) == "/login?error=wait&next=%2F"
    form = {"user": "viewer", "password": PASSWORD}
    async with stand.nobody.post("/login", data=form, allow_redirects=False) as answer:
        assert 290 < int(answer.headers["Retry-After"]) <= 300
    assert await log_in(stand.nobody, "operator", PASSWORD) == "/"


async def test_guessing_at_once_is_no_way_around(stand: Stand) -> None:
    guesses = (log_in(stand.nobody, "viewer", f"guess {number}") for number in range(20))
    answers = await asyncio.gather(*guesses)
    assert sum("error=wrong" in answer for answer in answers) == 5
    assert sum("error=wait" in answer for answer in answers) == 15


async def test_an_address_that_tries_many_names_has_to_wait(stand: Stand) -> None:
    for number in range(30):
        assert "error=wrong" in await log_in(stand.nobody, f"guest{number % 6}", "guess")
    assert "error=wait" in await log_in(stand.nobody, "operator", PASSWORD)


async def test_logging_out_ends_the_session_and_not_the_others(stand: Stand) -> None:
    headers = await stand.csrf(stand.viewer)
    async with browser(stand.url) as elsewhere:
        await log_in(elsewhere, "viewer", PASSWORD)
        token = {cookie.value for cookie in stand.viewer.cookie_jar}
        async with stand.viewer.post("/logout", headers=headers) as answer:
            assert answer.status == 200
        assert list(stand.viewer.cookie_jar) == []
        stolen = {"Cookie": f"session={token.pop()}"}
        async with stand.nobody.get("/api/session", headers=stolen) as answer:
            assert answer.status == 401
        assert await role(elsewhere) == "viewer"


async def test_a_change_of_the_users_file_counts_at_once(stand: Stand) -> None:
    file = stand.settings.users_file
    users = read_users(file)
    assert file is not None
    promoted = User("viewer", Role.OPERATOR, users["viewer"].password)
    write_users(file, {"viewer": promoted})
    await stand.eventually(stand.operator, 401)  # was removed
    assert await role(stand.viewer) == "operator"
    write_users(file, {"viewer": msgspec.structs.replace(promoted, password=hashed("new one"))})
    await stand.eventually(stand.viewer, 401)
    file.write_text("{")  # what can't be read changes nothing
    assert await log_in(stand.nobody, "viewer", "new one") == "/"


async def test_logins_are_audited_without_what_was_typed(stand: Stand) -> None:
    await log_in(stand.nobody, "viewer", "a secret")
    await log_in(stand.nobody, "typed password", "x")
    async with stand.operator.get("/api/audit") as answer:
        rows = (await answer.json())["rows"]
    acts = [(row["user"], row["action"], row["detail"]) for row in rows]
    assert acts == [
        ("(unknown)", "login refused", "from 127.0.0.1"),
        ("viewer", "login refused", "from 127.0.0.1"),
        ("operator", "login", "from 127.0.0.1"),
        ("viewer", "login", "from 127.0.0.1"),
    ]
    assert stand.settings.audit_directory is not None
    (file,) = stand.settings.audit_directory.iterdir()
    assert len(file.read_bytes().splitlines()) == 4
    assert b"secret" not in file.read_bytes()
    assert b"typed" not in file.read_bytes()


@pytest.mark.parametrize(
    "target", ["//evil", "/\\evil", "https://evil", "", "evil", "/a\r\nSet-Cookie: x", "/\tx"]
)
def test_a_login_never_leads_away(target: str) -> None:
    assert local_path(target) == "/"
