"""`simulate --ingest`: traffic for an ingress that is no local stack's."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from ingest.keyring import Keyring
from ingest.signature import Verifier
from pipeline.cli.exits import Exit
from pipeline.cli.main import run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    import pytest

PUBLIC_URL = "https://events.example.com/twilio/events"
SUBACCOUNT = "AC" + "5" * 32


async def test_what_it_posts_is_signed_by_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verifier = Verifier(PUBLIC_URL, Keyring(["first-token"], None, float))
    signed: list[bool] = []

    async def take(request: web.Request) -> web.Response:
        signature = request.headers["X-Twilio-Signature"]
        signed.append(verifier.signed(request.raw_path, signature) is not None)
        return web.Response()

    monkeypatch.setenv("TWILIO_PIPELINE_INGEST_PUBLIC_URL", PUBLIC_URL)
    monkeypatch.setenv("TWILIO_PIPELINE_INGEST_AUTH_TOKENS", f"{SUBACCOUNT}:first-token,second")
    options = ["--messages", "1", "--seed", "35", "--truth", str(tmp_path / "truth.ndjson")]
    async with _served(take) as url:
        assert await asyncio.to_thread(run, ["simulate", "--ingest", url, *options]) == Exit.OK
    assert signed == [True, True, True]
    assert "of 1 messages" in capsys.readouterr().out


@asynccontextmanager
async def _served(take: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/twilio/events", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    yield f"http://{host}:{port}/twilio/events"
    await runner.cleanup()


def test_without_a_stack_it_says_both_ways(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_CLICKHOUSE_URL", "http://127.0.0.1:1")
    assert run(["simulate"]) == Exit.USAGE
    assert "--stack DIR/stack.json, or an ingress with --ingest URL" in capsys.readouterr().err
