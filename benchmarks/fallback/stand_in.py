"""Twilio's stand-in as a process that outlives whatever is done to the part that calls it."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Final

import aiohttp
import msgspec

from benchmarks.stage import child, until
from local.twilio_api.verifications import Verification
from pipeline.errors import PermanentError

ACCOUNT: Final = "AC" + "1" * 32
SERVICE: Final = "VA" + "5" * 32
TOKEN: Final = "token"  # noqa: S105  of the stand-in


class Effect(msgspec.Struct, frozen=True):
    """A line of the journal: a code that went out, and when (epoch ms)."""

    at: int
    verification_sid: str
    attempt_sid: str
    channel: str
    to: str


class StandIn:
    """What there is at Twilio, and what was asked of it."""

    def __init__(self, url: str, journal: Path, http: aiohttp.ClientSession) -> None:
        self.url = url
        self._journal = journal
        self._http = http
        self._read = 0
        self._effects: list[Effect] = []
        self._reading = Lock()

    @property
    def environment(self) -> dict[str, str]:
        """Settings of a part that calls it."""
        return {
            "TWILIO_PIPELINE_TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_PIPELINE_TWILIO_PASSWORD": TOKEN,
            "TWILIO_PIPELINE_TWILIO_BASE_URL": self.url,
        }

    def effects(self) -> list[Effect]:
        """All codes that went out, in order; may be asked by any thread, as often as you like."""
        with self._reading, self._journal.open("rb") as journal:
            journal.seek(self._read)
            for line in journal:
                self._effects.append(msgspec.json.decode(line, type=Effect))
                self._read += len(line)
            return list(self._effects)

    async def know(self, verification: Verification) -> None:
        """Have a verification, and its end if one is to come."""
        await self.tell("verifications", verification)

    async def approve(self, sid: str) -> None:
        """Type the code in, over whatever goes wrong; after its end nothing happens."""
        while True:
            try:
                status = await self._approve(sid)
            except aiohttp.ClientError:
                continue
            if status in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
                return

    async def _approve(self, sid: str) -> int:
        url = f"{self.url}/v2/Services/{SERVICE}/Verifications/{sid}"
        login = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
        async with self._http.post(url, data={"Status": "approved"}, headers=login) as response:
            return response.status

    async def tell(self, what: str, about: object) -> None:
        """Give it something; PermanentError when it is not what it takes."""
        url = f"{self.url}/_control/{what}"
        async with self._http.post(url, data=msgspec.json.encode(about)) as response:
            if not response.ok:
                raise PermanentError(f"the stand-in refuses {what}: {await response.text()}")


@asynccontextmanager
async def stand_in(folder: Path) -> AsyncIterator[StandIn]:
    """Run it while the block lasts."""
    journal, log = folder / "journal", folder / "twilio_api.log"
    argv = [sys.executable, "-m", "local.twilio_api", "--journal", str(journal)]
    with child(argv, {}, log):
        await until(lambda: b"\n" in log.read_bytes(), "the stand-in for Twilio")
        async with aiohttp.ClientSession() as http:
            made = StandIn(log.read_text().split()[0], journal, http)
            account = {"sid": ACCOUNT, "token": TOKEN, "verify_services": [SERVICE]}
            await made.tell("accounts", account)
            yield made
