"""Tokens nobody signed, and an endpoint that grants them for an id and a secret."""

from __future__ import annotations

import base64
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from tests.security.beside import loop_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT = "the-pipeline"
SECRET = "a secret: with/odd+characters"  # noqa: S105  guards nothing


def token(life_s: float) -> str:
    """What Kafka's own validator for tests believes until then."""
    claims = {"sub": "pipeline", "iat": time.time() - 60, "exp": time.time() + life_s}
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def _part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(content)).rstrip(b"=").decode()


@dataclass
class Endpoint:
    """Where it is, how long its tokens live, how many it has granted, and what it answers."""

    url: str = ""
    life_s: float = 3600.0
    granted: int = 0
    answer: web.Response | None = None
    scopes: list[str] = field(default_factory=list)

    async def post(self, request: web.Request) -> web.Response:
        form = await request.post()
        login = base64.b64decode(request.headers["Authorization"].removeprefix("Basic "))
        if self.answer is not None:
            return self.answer
        if login != b"the-pipeline:a+secret%3A+with%2Fodd%2Bcharacters":
            return web.json_response({"error": "invalid_client"}, status=401)
        assert form["grant_type"] == "client_credentials"
        self.granted += 1
        self.scopes.append(str(form.get("scope", "")))
        granted = {"access_token": token(self.life_s), "expires_in": self.life_s}
        return web.json_response({**granted, "token_type": "Bearer"})


@contextmanager
def token_endpoint() -> Iterator[Endpoint]:
    """One on a port of its own while the block lasts."""
    endpoint = Endpoint()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/token", endpoint.post)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
        return runner

    with loop_beside() as beside:
        runner = beside.run(start())
        yield endpoint
        beside.run(runner.cleanup())
