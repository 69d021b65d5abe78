"""The stand-in on a free port, with a clock of the test's, and the package's client to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr
from twilio.rest import Client

from local.twilio_api.accounts import Account
from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from local.twilio_api.verifications import Sending, Verification
from pipeline.settings import TwilioApiSettings, load
from pipeline.twilio.api import connected

ACCOUNT = "AC" + "1" * 32
SERVICE = "VA" + "2" * 32
TO = "+5511991234567"
START = 1_767_225_600_000  # 2026-01-01T00:00:00Z


@dataclass
class Place:
    """What a test turns and looks at; ``heard`` are the sendings that were told."""

    twilio: Twilio
    client: Client
    address: str
    now: list[int]
    heard: list[tuple[Verification, Sending]] = field(default_factory=list)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    now = [START]
    twilio = Twilio(clock=lambda: now[0])
    twilio.accounts.add(Account(ACCOUNT, "token", {"SK1": "secret"}, {SERVICE}))
    async with serving(twilio) as address:
        settings = load(
            TwilioApiSettings,
            account_sid=ACCOUNT,
            password=SecretStr("token"),
            base_url=address,
            timeout_s=0.5,
        )
        async with connected(settings) as api:
            place = Place(twilio, api.client(ACCOUNT), address, now)
            twilio.on_sent = lambda own, sending: place.heard.append((own, sending))
            yield place
