"""People whose codes come to grief, one after the other, and what becomes of each meanwhile."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final, Self

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from benchmarks.fallback.stand_in import ACCOUNT, SERVICE, StandIn
from local.twilio_api.verifications import Sending, Verification
from pipeline.items.outcome import Outcome
from pipeline.records import join
from pipeline.topics import OUTCOMES

#: People a second.
RATE: Final = 20
#: When a code's time is over, and so the plan's at the latest.
LIFETIME_S: Final = 120
_AGE_MS: Final = 1_000
_LOOK_S: Final = 0.05
_AGAIN_S: Final = 0.2


class Crowd:
    """Tells outcomes as the lifecycle does, and Twilio what its users do."""

    def __init__(self, producer: AIOKafkaProducer, twilio: StandIn, seed: int) -> None:
        self._producer = producer
        self._twilio = twilio
        self._random = random.Random(seed)  # noqa: S311  repeatable, not secret
        self._attempts = defaultdict[tuple[str, str], asyncio.Future[str]](asyncio.Future)
        self._stories: set[asyncio.Task[None]] = set()
        self.people = 0

    @classmethod
    @asynccontextmanager
    async def gathered(cls, bootstrap: str, twilio: StandIn, seed: int) -> AsyncIterator[Self]:
        """Let them come while the block lasts, then see all their stories to an end."""
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
        await producer.start()
        crowd = cls(producer, twilio, seed)
        tasks = [asyncio.create_task(work()) for work in (crowd._watch, crowd._come)]
        try:
            yield crowd
            tasks[1].cancel()
            await asyncio.gather(*crowd._stories)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await producer.stop()

    async def _watch(self) -> None:
        """Learn from Twilio which codes went out."""
        known = 0
        while True:
            effects = self._twilio.effects()
            for effect in effects[known:]:
                seen = self._attempts[effect.verification_sid, effect.channel]
                if not seen.done():
                    seen.set_result(effect.attempt_sid)
            known = len(effects)
            await asyncio.sleep(_LOOK_S)

    async def _come(self) -> None:
        stories: dict[Story, int] = {
            _waits: 35,
            _types_the_second_code: 20,
            _types_the_first_code: 15,
            _gets_it_after_all: 15,
            _gets_neither: 15,
        }
        while True:
            (story,) = self._random.choices(list(stories), list(stories.values()))
            task = asyncio.create_task(story(Person(self, self.people)))
            self._stories.add(task)
            self.people += 1
            await asyncio.sleep(1 / RATE)

    def soon(self, most_s: float) -> Awaitable[None]:
        """Some time within these seconds."""
        return asyncio.sleep(self._random.uniform(0, most_s))

    async def attempt(self, sid: str, channel: str) -> str:
        """The attempt that went out on a channel; empty when none does in the code's time."""
        seen = self._attempts[sid, channel]
        done, _ = await asyncio.wait({seen}, timeout=LIFETIME_S)
        return seen.result() if done else ""

    async def know(self, verification: Verification) -> None:
        """Begin a verification at Twilio."""
        await self._twilio.know(verification)

    async def approve(self, sid: str) -> None:
        """Type the code in."""
        await self._twilio.approve(sid)

    async def say(self, told: Outcome) -> None:
        """Tell an outcome, again and again while the broker is away."""
        value = join([msgspec.json.encode(told)])
        while True:
            try:
                await self._producer.send_and_wait(OUTCOMES, value, partition=0)
            except KafkaError:
                await asyncio.sleep(_AGAIN_S)
            else:
                return


class Person:
    """One of them, with a verification and its first code."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd = crowd
        self.sid = f"VE{number:032x}"
        self._first = f"VL{number:032x}"
        self._to = f"+5511{number:09d}"
        self._began = 0

    async def begin(self, kind: str) -> None:
        """Ask for a code, of which it is told that it has failed or stays silent."""
        self._began = _now() - _AGE_MS
        first = Sending(self._first, "sms", self._began)
        known = Verification(self.sid, ACCOUNT, SERVICE, self._to, self._began, [first])
        await self.crowd.know(known)
        await self.tell(kind)

    async def tell(self, kind: str, attempt: str = "", channel: str = "sms") -> None:
        """Have the lifecycle tell something of an attempt."""
        await self._say(kind, "pending", subject_sid=attempt or self._first, channel=channel)

    async def approve(self) -> None:
        """Type the code in, as the lifecycle tells then."""
        await self.crowd.approve(self.sid)
        await self._say("ended", "approved", subject_sid=self.sid, channel="sms")

    async def _say(self, kind: str, status: str, **about: str) -> None:
        now, failed = _now(), kind == "failed"
        fields: dict[str, Any] = {
            "id": f"verify:{about['subject_sid']}:{kind}",
            "kind": kind,
            "product": "verify",
            "account_sid": ACCOUNT,
            "service_sid": SERVICE,
            "verification_sid": self.sid,
            "verification_status": status,
            "verification_started_at": self._began,
            "country": "BR",
            "error_code": 30005 if failed else 0,
            "error_class": "permanent" if failed else "",
            "to": self._to,
            "sent_at": self._began,
            "decided_at": now,
            "received_at": now,
            "has_fallback": False,
            "tags": {},
            "source_topic": "twilio.verify",
            "source_partition": 0,
            "source_offset": 0,
        }
        await self.crowd.say(Outcome(**fields | about))


Story = Callable[[Person], Coroutine[Any, Any, None]]


async def _waits(person: Person) -> None:
    await person.begin("failed")


async def _types_the_first_code(person: Person) -> None:
    await person.begin("failed")
    await person.crowd.soon(1.5)
    await person.approve()


async def _gets_it_after_all(person: Person) -> None:
    await person.begin("silent")
    await person.crowd.soon(1.5)
    await person.tell("recovered")


async def _types_the_second_code(person: Person) -> None:
    await person.begin("silent")
    if await person.crowd.attempt(person.sid, "call"):
        await person.crowd.soon(3.0)
        await person.approve()


async def _gets_neither(person: Person) -> None:
    await person.begin("failed")
    if attempt := await person.crowd.attempt(person.sid, "call"):
        await person.crowd.soon(1.0)
        await person.tell("failed", attempt, "voice")


def _now() -> int:
    return int(time.time() * 1000)
