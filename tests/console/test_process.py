"""The console as a process, over TLS: it comes up, keeps its cookie to itself, and ends."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import sys
import time
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

import trustme
from aiohttp import ClientSession, TCPConnector

from local.clickhouse.process import answers
from local.ports import free_ports
from tests.console.stand import PASSWORD, WAIT_SECONDS, users_file

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.settings import ClickHouseSettings

START_SECONDS = 60.0


def environment(folder: Path, clickhouse: str, ports: list[int]) -> dict[str, str]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "chain.pem")
    prefix = "TWILIO_PIPELINE_CONSOLE_"
    return {
        **os.environ,
        "TWILIO_PIPELINE_CLICKHOUSE_URL": clickhouse,
        "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{ports[2]}",
        f"{prefix}PORT": str(ports[0]),
        f"{prefix}METRICS_PORT": str(ports[1]),
        f"{prefix}USERS_FILE": str(users_file(folder)),
        f"{prefix}TLS_CERTIFICATE": str(folder / "chain.pem"),
        f"{prefix}TLS_KEY": str(folder / "key.pem"),
    }


async def test_a_console_from_its_start_to_its_end(
    history: ClickHouseSettings, tmp_path: Path
) -> None:
    ports = free_ports(3)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pipeline.cli.main", "console"),
        env=environment(tmp_path, history.url, ports),
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not await answers(f"http://127.0.0.1:{ports[1]}/readyz"):
            assert process.returncode is None
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        await _use(tmp_path, f"https://127.0.0.1:{ports[0]}")
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), WAIT_SECONDS) == 0
    finally:
        if process.returncode is None:
            process.kill()


async def _use(folder: Path, url: str) -> None:
    trusted = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    form = {"user": "viewer", "password": PASSWORD}
    async with ClientSession(url, connector=TCPConnector(ssl=trusted)) as browser:
        async with browser.post("/login", data=form, allow_redirects=False) as answer:
            cookie = SimpleCookie(answer.headers["Set-Cookie"])["__Host-session"]
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
        logged_in = {"Cookie": f"__Host-session={cookie.value}"}
        async with browser.get("/api/session", headers=logged_in) as answer:
            assert (await answer.json())["user"] == "viewer"
