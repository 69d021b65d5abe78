"""Who may call, what tests can let go wrong, and the process on its own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from twilio.base.exceptions import TwilioRestException

from local.twilio_api.server import serving
from pipeline.errors import UnavailableError
from pipeline.settings import TwilioApiSettings, load
from pipeline.twilio.api import TooManyRequestsError, connected
from tests.local.twilio_api.conftest import ACCOUNT, SERVICE, START, TO, Place


async def _send(place: Place) -> Any:  # noqa: ANN401  the package is not typed
    service = place.client.verify.v2.services(SERVICE)
    return await service.verifications.create_async(to=TO, channel="call")


async def _ask(place: Place, **fault: object) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{place.address}/_control/faults", json=fault) as answer,
    ):
        assert answer.status == 204


@pytest.mark.parametrize(
    ("username", "password", "answer"),
    [
        ("", "token", (404, 20404)),
        ("SK1", "secret", (404, 20404)),
        ("", "wrong", (401, 20003)),
        ("SK2", "secret", (401, 20003)),
    ],
)
async def test_only_who_signs_in_is_answered(
    place: Place, username: str, password: str, answer: tuple[int, int]
) -> None:
    settings = load(
        TwilioApiSettings,
        account_sid=ACCOUNT,
        username=username,
        password=SecretStr(password),
        base_url=place.address,
    )
    async with connected(settings) as api:
        call = api.client(ACCOUNT).messages("SM1").fetch_async()
        with pytest.raises(TwilioRestException) as error:
            await call
    assert (error.value.status, error.value.code) == answer


async def test_too_many_requests_come_with_the_time_to_wait(place: Place) -> None:
    await _ask(place, kind="refuse", path="/v2/", status=429, code=20429, retry_after_s=2.5)
    with pytest.raises(TooManyRequestsError) as busy:
        await _send(place)

    assert busy.value.retry_after_s == 2.5
    assert (await _send(place)).status == "pending"


async def test_a_refusal_says_its_code_as_often_as_asked_for(place: Place) -> None:
    await _ask(place, kind="refuse", method="POST", status=400, code=60212, times=2)
    codes = []
    for _ in range(2):
        with pytest.raises(TwilioRestException) as error:
            await _send(place)
        codes.append((error.value.status, error.value.code))

    assert codes == [(400, 60212)] * 2
    assert len((await _send(place)).send_code_attempts) == 1


@pytest.mark.parametrize(("kind", "effects"), [("drop", 0), ("take_and_drop", 1)])
async def test_a_connection_may_break_before_or_after_the_effect(
    place: Place, kind: str, effects: int
) -> None:
    await _ask(place, kind=kind, path="/Verifications")
    with pytest.raises(aiohttp.ClientError):
        await _send(place)

    assert len(place.twilio.journal.effects) == effects


async def test_a_call_may_hang_longer_than_its_caller_waits(place: Place) -> None:
    await _ask(place, kind="hang", seconds=1.5)
    with pytest.raises(TimeoutError):
        await _send(place)

    assert place.twilio.journal.effects == []


async def test_the_process_keeps_its_journal_over_a_kill(tmp_path: Path) -> None:
    journal = tmp_path / "journal.ndjson"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "local.twilio_api", "--journal", str(journal)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    address = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
    account = {"sid": ACCOUNT, "token": "token", "verify_services": [SERVICE]}
    async with aiohttp.ClientSession() as session:
        await session.post(f"{address}/_control/accounts", json=account)
        known = {"sid": "VE1", "account_sid": ACCOUNT, "service_sid": SERVICE, "to": TO}
        made = await session.post(
            f"{address}/_control/verifications", json={**known, "created": START}
        )
        assert made.status == 204
        unknown = await session.post(f"{address}/_control/faults", json={"kind": "flood"})
        assert unknown.status == 400
        form = {"To": TO, "Channel": "sms"}
        sent = await session.post(
            f"{address}/v2/Services/{SERVICE}/Verifications",
            data=form,
            headers={"Authorization": aiohttp.encode_basic_auth(ACCOUNT, "token")},
        )
        assert sent.status == 201
        effects = await (await session.get(f"{address}/_control/effects")).json()
    process.send_signal(signal.SIGKILL)
    await process.wait()

    (line,) = journal.read_text().splitlines()
    assert [json.loads(line)] == effects
    assert (effects[0]["effect"], effects[0]["channel"]) == ("code_sent", "sms")


async def test_a_port_in_use_is_said(place: Place) -> None:
    with pytest.raises(UnavailableError, match="is in use"):
        async with serving(place.twilio, int(place.address.rpartition(":")[2])):
            pass
