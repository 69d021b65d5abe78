"""A step by e-mail, from the failure's news over your user store to Verify's e-mail channel."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from local.twilio_api.accounts import Account
from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from local.twilio_api.verifications import Sending, Verification
from pipeline.settings import FallbackSettings, TwilioApiSettings, load
from processors.fallback.performing.assembly import performer
from processors.fallback.performing.performer import Performer
from processors.fallback.policy_file import parse_policies
from processors.runtime.deeds import Result
from tests.processors.fallback.world import SERVICE, Desk, outcome, sid
from tests.processors.notifier.channels.receiver import Receiver, receiving

ACCOUNT = "AC" + "1" * 32
NUMBER = "+5511990000001"
ANNA = {"email": "anna@example.com", "email_verified": True, "consent": []}
POLICY = """
dry_run = false
[[policies]]
name = "otp"
product = "verify"
when.permanent = [{ do = "email" }, { do = "verify", channel = "call" }]
"""


@dataclass
class World:
    """A plan's desk between Twilio and the customer's user store."""

    twilio: Twilio
    users: Receiver
    perform: Performer
    desk: Desk

    async def fail(self) -> list[str]:
        """Let a code come to grief; give what is told of it until nothing is left to do."""
        told = outcome(error_class="permanent", to=NUMBER, tags={"user": "u-17"})
        known = Sending(told.subject_sid, "sms", self.twilio.clock())
        verification = Verification(
            told.verification_sid, ACCOUNT, SERVICE, NUMBER, known.at, [known]
        )
        self.twilio.verifications.add(verification)
        self.desk.hear(told)
        for _ in range(2):  # a step that is passed over makes the next one due
            self.desk.pass_time(250)
            await self._act()
        return self.desk.states()

    async def _act(self) -> None:
        self.desk.flush()
        while self.desk.under_way:
            deed = self.desk.under_way.pop(0)
            assert self.desk.fold.stands(deed)
            reply = await self.perform(deed)
            self.desk.fold.learn(Result(deed, "done", reply), self.desk.now)
            self.desk.flush()

    def sent(self) -> list[tuple[str, str]]:
        """Which codes Verify was made to send: channel and address."""
        return [(effect["channel"], effect["to"]) for effect in self.twilio.journal.effects]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    twilio = Twilio()
    twilio.accounts.add(Account(ACCOUNT, "token", {}, {SERVICE}))
    async with AsyncExitStack() as exits:
        users = await exits.enter_async_context(receiving())
        users.body = ANNA
        address = await exits.enter_async_context(serving(twilio))
        api = load(
            TwilioApiSettings, account_sid=ACCOUNT, password=SecretStr("token"), base_url=address
        )
        settings = load(
            FallbackSettings,
            contacts_url=f"{users.url}/contacts",
            secret=SecretStr("0123456789abcdef"),
        )
        perform = await exits.enter_async_context(performer(settings, api))
        yield World(twilio, users, perform, Desk(parse_policies(POLICY, "policy.toml")))


async def test_who_is_known_gets_the_code_by_email(world: World) -> None:
    assert await world.fail() == ["planned email", "dispatched email", "sent email"]
    assert world.sent() == [("email", "anna@example.com")]
    (effect,) = world.twilio.journal.effects
    assert world.desk.order[-1].reference == effect["attempt_sid"]
    assert world.users.got[0].json == {"user": "u-17", "to": NUMBER, "account_sid": ACCOUNT}
    world.desk.hear(outcome(kind="ended", status="approved"))
    world.desk.flush()
    assert world.desk.states()[-1] == "succeeded approved"


async def test_an_email_is_a_verification_of_its_own(world: World) -> None:
    await world.fail()
    (effect,) = world.twilio.journal.effects
    assert effect["verification_sid"] != sid("VE", 1)
    assert [each.channel for each in world.twilio.verifications.by_sid[sid("VE", 1)].sendings] == [
        "sms"
    ]


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, {}), (200, ANNA | {"email_verified": False}), (200, ANNA | {"email": ""})],
    ids=["nobody", "not verified", "no address"],
)
async def test_who_is_not_known_gets_the_next_step_instead(
    world: World, status: int, body: dict[str, object]
) -> None:
    world.users.status, world.users.body = status, body
    told = ["planned email", "skipped email", "planned call", "dispatched call", "sent call"]
    assert await world.fail() == told
    assert world.desk.order[1].reason == "no_contact"
    assert world.sent() == [("call", NUMBER)]


async def test_a_service_without_the_email_channel_says_so(world: World) -> None:
    world.twilio.accounts.by_sid[ACCOUNT].disabled_channels.add("email")
    states = await world.fail()
    assert states[:3] == ["planned email", "dispatched email", "failed email"]
    assert world.desk.order[2].reason == "twilio_60223"
    assert world.sent() == [("call", NUMBER)]
