"""The stand-in for Twilio with an account, its Verify services and a client to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr
from twilio.rest import Client

from local.twilio_api.accounts import Account
from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from pipeline.settings import TwilioApiSettings, load
from pipeline.twilio.api import connected
from pipeline.twilio.calling import Caller

ACCOUNT = "AC" + "1" * 32
SERVICES = tuple("VA" + digit * 32 for digit in "23")
DESTINATION = "https://events.example.com/twilio/events"


@dataclass
class Place:
    """``waits`` are those the caller was asked for, in seconds; none of them takes time."""

    twilio: Twilio
    client: Client
    caller: Caller
    waits: list[float]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    twilio = Twilio()
    twilio.accounts.add(Account(ACCOUNT, "token", {}, set(SERVICES)))
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with serving(twilio) as address:
        settings = load(
            TwilioApiSettings,
            account_sid=ACCOUNT,
            password=SecretStr("token"),
            base_url=address,
        )
        async with connected(settings) as api:
            yield Place(twilio, api.client(ACCOUNT), Caller(ACCOUNT, sleep), waits)
