"""How the local ClickHouse is run as a process of its own, and whether it answers."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp

from local.clickhouse.users import SINK, sink_password

if TYPE_CHECKING:
    from pathlib import Path

_ANSWER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class ClickHouseProcess:
    """A server on one data folder and one loopback port, with its administrator's credentials.

    Analysts read the same URL without any.
    """

    path: Path
    port: int
    user: str
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """What clients are given."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def argv(self) -> tuple[str, ...]:
        """What to run."""
        module = (sys.executable, "-P", "-m", "local.clickhouse")
        return (*module, "--path", str(self.path), "--port", str(self.port))

    @property
    def environment(self) -> dict[str, str]:
        """What it reads its credentials from."""
        return {
            "TWILIO_PIPELINE_CLICKHOUSE_USER": self.user,
            "TWILIO_PIPELINE_CLICKHOUSE_PASSWORD": self.password,
        }

    @property
    def sink_environment(self) -> dict[str, str]:
        """The credentials of the sink, which may insert and not change or read everything."""
        return {
            "TWILIO_PIPELINE_CLICKHOUSE_USER": SINK,
            "TWILIO_PIPELINE_CLICKHOUSE_PASSWORD": sink_password(self.password),
        }

    async def ready(self) -> bool:
        """Whether it answers."""
        return await answers(f"{self.url}/ping")


async def answers(url: str) -> bool:
    """Whether a GET of the URL is answered with 200 within two seconds."""
    timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as client, client.get(url) as answer:
            return answer.status == 200  # noqa: PLR2004  (OK)
    except (aiohttp.ClientError, TimeoutError):
        return False
