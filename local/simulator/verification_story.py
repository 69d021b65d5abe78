"""How verifications go: codes sent, received or not, sent again elsewhere, typed in or given up."""

from dataclasses import dataclass
from random import Random
from typing import Final, Literal, TypeVar

from local.simulator.account import Account
from local.simulator.attempt_fate import attempt_steps
from local.simulator.country import draw_country
from local.simulator.lifecycle import Status, Step
from local.simulator.planned import Story
from local.simulator.products.verify import attempt_event, verification_event
from local.simulator.story import Draw
from local.simulator.verification import Attempt, AttemptChannel, Verification

Choice = TypeVar("Choice")
End = Literal["approved", "canceled", "expired", "max_attempts_reached", "open"]

_FIRST: Final[dict[AttemptChannel, int]] = {"sms": 80, "whatsapp": 12, "voice": 5, "rcs": 3}
_NEXT: Final[dict[AttemptChannel, int]] = {"sms": 45, "voice": 35, "whatsapp": 20}
_MOST_ATTEMPTS: Final = 4
_AGAIN_AFTER_FAILURE: Final = 0.75
_AGAIN_AFTER_DELIVERY: Final = 0.08
#: What becomes of one with a delivered code, and of one without; open ones are given up.
_ENDS: Final[dict[End, int]] = {
    "approved": 86,
    "canceled": 3,
    "expired": 5,
    "max_attempts_reached": 2,
    "open": 4,
}
_LOST: Final[dict[End, int]] = {"canceled": 15, "expired": 20, "open": 65}
_WRONG_CODES: Final = 5


@dataclass(slots=True)
class _Telling:
    """A story while it is made; ``clock`` is when the last thing happened, in epoch ms."""

    own: Verification
    draw: Draw
    clock: int
    story: Story
    attempts: tuple[Attempt, ...] = ()
    delivered: bool = False

    def tell(self, status: Status, checks: int = 0) -> None:
        event = verification_event(
            self.own, Step(status, self.clock), self.attempts, checks, self.draw.ids
        )
        self.story.append(event)

    def wait(self, milliseconds: int) -> None:
        self.clock = self.draw.after(self.clock, milliseconds)


def verification_story(account: Account, start: int, draw: Draw) -> Story:
    """A code is asked for, once or again, and typed in, or not."""
    country = draw_country(draw.random)
    own = Verification(
        sid=draw.ids.sid("VE"),
        account=account,
        country=country,
        to=country.draw_number(draw.random),
        start=start,
    )
    telling = _Telling(own, draw, start, [])
    channel: AttemptChannel = _pick(_FIRST, draw.random)
    while _send(telling, channel):
        channel = _pick(_NEXT, draw.random)
    _end(telling)
    return telling.story


def _send(telling: _Telling, channel: AttemptChannel) -> bool:
    """One attempt; whether another one is asked for."""
    draw, own = telling.draw, telling.own
    mnc = draw.random.choice(own.country.mncs)
    attempt = Attempt(
        sid=draw.ids.sid("VL"), verification=own, channel=channel, mnc=mnc, time=telling.clock
    )
    telling.attempts += (attempt,)
    telling.tell("pending")
    steps = attempt_steps(attempt, draw)
    telling.story.extend(attempt_event(attempt, step, draw.ids) for step in steps)
    delivered = any(step.status == "delivered" for step in steps)
    telling.delivered |= delivered
    telling.wait(draw.random.randrange(2_500, 6_000))
    again = _AGAIN_AFTER_DELIVERY if delivered else _AGAIN_AFTER_FAILURE
    return len(telling.attempts) < _MOST_ATTEMPTS and draw.happens(again)


def _end(telling: _Telling) -> None:
    end = _pick(_ENDS if telling.delivered else _LOST, telling.draw.random)
    telling.wait(telling.draw.random.randrange(1_500, 9_000))
    if end == "approved":
        telling.tell(end, checks=telling.draw.random.choice((1, 1, 1, 2)))
    elif end != "open":
        telling.tell(end, checks=_WRONG_CODES if end == "max_attempts_reached" else 0)


def _pick(weights: dict[Choice, int], random: Random) -> Choice:
    return random.choices(list(weights), list(weights.values()))[0]
