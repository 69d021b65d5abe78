"""What the world says about an errand, from Twilio's stand-in and from the customer's systems."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from local.ports import free_port
from local.twilio_api.accounts import Account
from local.twilio_api.faults import Fault
from local.twilio_api.messages import Message
from local.twilio_api.server import serving
from local.twilio_api.twilio import Twilio
from local.twilio_api.verifications import Sending, Verification
from pipeline.errors import ConfigurationError
from pipeline.settings import FallbackSettings, TwilioApiSettings, load
from processors.fallback.errands import Reply
from processors.fallback.performing.assembly import performer
from processors.fallback.performing.performer import Performer
from processors.fallback.policy import Step
from processors.runtime.deeds import Deed
from processors.runtime.lease import TERM_S
from tests.processors.fallback.performing.errands import NUMBER, errand
from tests.processors.fallback.world import SERVICE, sid
from tests.processors.notifier.channels.receiver import Receiver, receiving

ACCOUNT = "AC" + "1" * 32
MESSAGE = Step(do="message", channel="sms")
WEBHOOK = Step(do="webhook")
EMAIL = Step(do="email")
SMTP = Step(do="email", via="smtp")
OWN = {"product": "messaging", "service_sid": "MG" + "6" * 32, "subject_sid": sid("SM", 1)}


@dataclass
class World:
    """Twilio, the customer's backend, and a performer between them."""

    twilio: Twilio
    backend: Receiver
    api: TwilioApiSettings
    perform: Performer
    now: int = field(default_factory=lambda: int(time.time() * 1000))

    async def do(self, **changes: Any) -> Reply:  # noqa: ANN401  any of an errand's fields
        times = {"until": self.now + 600_000, "dispatched_at": self.now}
        given = errand(**times | changes)
        return await self.perform(Deed(given.id, given, 8))

    def knows(self, **changes: Any) -> Verification:  # noqa: ANN401  any of its fields
        """Twilio has a verification of the number, whose code was sent by SMS."""
        first = Sending(sid("VL", 1001), "sms", self.now - 30_000)
        created = self.now - 30_000
        made = Verification(sid("VE", 1), ACCOUNT, SERVICE, NUMBER, created, [first])
        made = replace(made, **changes)
        self.twilio.verifications.add(made)
        return made

    def effects(self) -> list[str]:
        return [effect["effect"] for effect in self.twilio.journal.effects]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    twilio = Twilio()
    twilio.accounts.add(Account(ACCOUNT, "token", {}, {SERVICE}))
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(
        "key,email,email_verified,consent\n"
        "u-17,anna@example.com,1,whatsapp\nu-18,ben@example.com,0,\n"
    )
    async with AsyncExitStack() as exits:
        backend = await exits.enter_async_context(receiving())
        api = load(
            TwilioApiSettings,
            account_sid=ACCOUNT,
            password=SecretStr("token"),
            base_url=await exits.enter_async_context(serving(twilio)),
            timeout_s=0.5,
        )
        settings = load(
            FallbackSettings,
            contacts_file=contacts,
            backend_url=f"{backend.url}/jobs",
            secret=SecretStr("0123456789abcdef"),
            smtp_host="127.0.0.1",
            smtp_port=free_port(),
            checks_per_minute=3,
        )
        yield World(twilio, backend, api, await exits.enter_async_context(performer(settings, api)))


async def test_the_code_goes_out_on_another_channel_of_its_verification(world: World) -> None:
    known = world.knows()
    reply = await world.do()
    assert reply.answer == "sent"
    assert [(each.channel, each.sid) for each in known.sendings[1:]] == [("call", reply.reference)]


@pytest.mark.parametrize(
    ("status", "code", "answer", "reason"),
    [
        (429, 60203, "spent", "twilio_60203"),
        (429, 60202, "spent", "twilio_60202"),
        (429, 20429, "later", "too_many_requests"),
        (429, 60212, "later", "twilio_60212"),
        (404, 20404, "gone", "twilio_20404"),
        (403, 60410, "fraud", "twilio_60410"),
        (403, 60217, "config", "twilio_60217"),
        (403, 60223, "config", "twilio_60223"),
        (400, 60253, "config", "twilio_60253"),
        (400, 60200, "refused", "twilio_60200"),
        (400, 21610, "opted_out", "twilio_21610"),
        (401, 20003, "refused", "twilio_20003"),
        (500, 20500, "unknown", "status_500"),
        (503, 20503, "unknown", "status_503"),
    ],
)
async def test_each_of_twilios_refusals_means_something(
    world: World, status: int, code: int, answer: str, reason: str
) -> None:
    world.knows()
    refusal = Fault(kind="refuse", status=status, code=code, retry_after_s=7)
    world.twilio.faults.coming.append(refusal)
    reply = await world.do()
    assert (reply.answer, reply.reason) == (answer, reason)
    assert reply.retry_after_ms == (7_000 if answer == "later" else 0)


@pytest.mark.parametrize("kind", ["hang", "drop", "take_and_drop"])
async def test_a_call_without_an_answer_leaves_it_open(world: World, kind: Any) -> None:  # noqa: ANN401  a Fault's
    world.knows()
    world.twilio.faults.coming.append(Fault(kind=kind, seconds=2))
    assert (await world.do()).answer == "unknown"
    found = await world.do(kind="find_out")
    assert found.answer == ("sent" if kind == "take_and_drop" else "not_sent")


@pytest.mark.parametrize("pause_s", [2.9, 3.1])
async def test_a_worker_that_slept_calls_only_while_nobody_can_be_in_its_place(
    world: World, pause_s: float
) -> None:
    world.knows()
    times = iter([100.0, 100.0 + pause_s])  # when it began; right before the call leaves
    settings = load(FallbackSettings, checks_per_minute=3)
    async with performer(settings, world.api, lambda: next(times)) as perform:
        reply = await replace(world, perform=perform).do()
    assert (reply.answer, world.effects()) == (
        ("sent", ["code_sent"]) if pause_s < TERM_S else ("unknown", [])
    )


async def test_a_text_that_took_too_long_is_asked_for_again(world: World) -> None:
    world.backend.body = {"text": "Your code is 1"}
    settings = load(
        FallbackSettings,
        backend_url=f"{world.backend.url}/jobs",
        secret=SecretStr("0123456789abcdef"),
    )
    times = iter([100.0, 104.0])
    async with performer(settings, world.api, lambda: next(times)) as perform:
        reply = await replace(world, perform=perform).do(step=MESSAGE, **OWN)
    assert (reply.answer, world.effects()) == ("later", [])


async def test_the_first_attempt_is_not_taken_for_ours(world: World) -> None:
    world.knows(sendings=[Sending(sid("VL", 1001), "sms", world.now)])
    assert (await world.do(kind="find_out", step=Step(do="retry"))).answer == "not_sent"


@pytest.mark.parametrize(
    ("changes", "answer", "status"),
    [({}, "go", ""), ({"end": (1, "approved")}, "over", "approved"), ({"to": "+1"}, "go", "")],
)
async def test_twilio_is_asked_first(
    world: World, changes: dict[str, Any], answer: str, status: str
) -> None:
    world.knows(**changes)
    reply = await world.do(kind="prepare")
    assert (reply.answer, reply.status) == (answer, status)


async def test_a_verification_that_is_not_there_is_gone(world: World) -> None:
    assert (await world.do(kind="prepare")).answer == "gone"
    assert (await world.do(kind="find_out")).answer == "gone"


async def test_twilio_is_not_asked_more_often_than_allowed(world: World) -> None:
    world.knows()
    for _ in range(3):
        await world.do(kind="prepare")
    world.twilio.faults.coming.append(Fault(kind="refuse"))
    assert (await world.do(kind="prepare")).answer == "go"
    assert (await world.do(kind="find_out")).answer == "later"
    assert len(world.twilio.faults.coming) == 1


async def test_no_answer_keeps_no_code_from_the_user(world: World) -> None:
    world.twilio.faults.coming.append(Fault(kind="refuse", status=503))
    assert (await world.do(kind="prepare")).answer == "go"


@pytest.mark.parametrize("kind", ["prepare", "send"])
async def test_what_has_waited_too_long_is_not_done(world: World, kind: str) -> None:
    world.knows()
    reply = await world.do(kind=kind, until=world.now)
    assert (reply.answer, reply.reason) == ("refused", "too_late")
    assert world.effects() == []


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"step": EMAIL}, "go"),
        ({"step": EMAIL, "user": "u-18"}, "no_contact"),
        ({"step": EMAIL, "user": "u-19"}, "no_contact"),
        ({"step": Step(do="verify", channel="whatsapp", needs_consent=True)}, "go"),
        ({"step": Step(do="verify", channel="call", needs_consent=True)}, "no_consent"),
        ({"step": Step(do="retry", needs_consent=True), "channel": "whatsapp"}, "go"),
    ],
)
async def test_contact_and_consent_are_asked_for(
    world: World, changes: dict[str, Any], answer: str
) -> None:
    world.knows()
    assert (await world.do(kind="prepare", **changes)).answer == answer


async def test_an_email_has_a_verification_of_its_own(world: World) -> None:
    world.knows()
    assert (await world.do(kind="find_out", step=EMAIL)).answer == "not_sent"
    assert (await world.do(step=EMAIL)).answer == "sent"
    assert (await world.do(kind="find_out", step=EMAIL)).answer == "sent"
    assert world.twilio.journal.effects[0]["to"] == "anna@example.com"


async def test_the_backend_writes_what_a_message_says(world: World) -> None:
    world.backend.body = {"text": "Your code is 1"}
    reply = await world.do(step=MESSAGE, **OWN)
    made = world.twilio.messages.by_sid[reply.reference]
    assert (made.to, made.service_sid) == (NUMBER, OWN["service_sid"])
    assert 590 <= made.validity_s <= 600
    assert world.backend.got[0].json["purpose"] == "write"
    assert (await world.do(step=MESSAGE, kind="find_out", **OWN)).reference == reply.reference


async def test_where_no_message_was_made_none_is_found(world: World) -> None:
    old = Message(sid("SM", 9), ACCOUNT, OWN["service_sid"], NUMBER, world.now - 60_000)
    for each in (old, Message(OWN["subject_sid"], ACCOUNT, OWN["service_sid"], NUMBER, world.now)):
        world.twilio.messages.add(each)
    assert (await world.do(step=MESSAGE, kind="find_out", **OWN)).answer == "not_sent"


async def test_a_message_that_arrived_after_all_needs_nothing(world: World) -> None:
    message = Message(OWN["subject_sid"], ACCOUNT, OWN["service_sid"], NUMBER, 0, "delivered")
    world.twilio.messages.add(message)
    reply = await world.do(kind="prepare", step=MESSAGE, **OWN)
    assert (reply.answer, reply.status) == ("over", "delivered")


@pytest.mark.parametrize("step", [MESSAGE, SMTP])
@pytest.mark.parametrize(
    ("status", "answer"), [(500, "later"), (429, "later"), (422, "refused"), (200, "config")]
)
async def test_without_a_text_nothing_goes_out(
    world: World, step: Step, status: int, answer: str
) -> None:
    world.backend.status = status
    assert (await world.do(step=step, **OWN)).answer == answer
    assert world.effects() == []


async def test_each_try_of_a_webhook_has_the_same_key(world: World) -> None:
    world.backend.body = {"reference": "job-7"}
    first = await world.do(step=WEBHOOK)
    again = await world.do(step=WEBHOOK, id=f"verify:{sid('VE', 1)}:0:2")
    assert first == again == Reply(answer="sent", reference="job-7")
    assert len({got.headers["Idempotency-Key"] for got in world.backend.got}) == 1
    assert (await world.do(step=WEBHOOK, kind="find_out")).answer == "not_sent"


async def test_a_mail_server_that_is_away_is_tried_later(world: World) -> None:
    world.backend.body = {"text": "Your code is 1", "subject": "Your\r\ncode"}
    assert (await world.do(step=SMTP)).answer == "later"
    assert (await world.do(step=SMTP, kind="find_out")).reason == "nobody_to_ask"


async def test_short_secrets_are_refused_at_the_start() -> None:
    settings = load(FallbackSettings, backend_url="http://127.0.0.1:1", secret=SecretStr("short"))
    with pytest.raises(ConfigurationError, match="TWILIO_PIPELINE_FALLBACK_SECRET"):
        async with performer(settings, load(TwilioApiSettings)):
            pass


async def test_a_step_for_an_account_without_credentials_is_a_matter_of_settings() -> None:
    async with performer(load(FallbackSettings), load(TwilioApiSettings)) as perform:
        until = int(time.time() * 1000) + 60_000
        reply = await perform(Deed("x", errand(until=until), 8))
    assert (reply.answer, reply.reason) == ("config", "no_credentials")
