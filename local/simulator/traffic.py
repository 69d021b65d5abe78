"""All stories of one run, in the order of their starts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from local.simulator.account import Account, draw_accounts
from local.simulator.call_story import call_story
from local.simulator.country import Country
from local.simulator.identifiers import Identifiers
from local.simulator.lifecycle import Lifecycle
from local.simulator.message import Message, draw_message
from local.simulator.planned import PlannedEvent, Story
from local.simulator.products.error_log import error_event, error_log_story
from local.simulator.products.inbound import inbound_story
from local.simulator.products.link import link_clicked
from local.simulator.products.messaging import message_event
from local.simulator.products.sink_test import sink_test_story
from local.simulator.pumping_story import pumping_story
from local.simulator.scenario import Scenario
from local.simulator.seeds import seeded
from local.simulator.story import Draw
from local.simulator.timing import Timing
from local.simulator.verification_story import verification_story

#: Another product's story beside a message, by share.
_OTHERS: Final = (
    (0.02, inbound_story),
    (0.06, verification_story),
    (0.03, call_story),
    (0.005, error_log_story),
    (0.0005, pumping_story),
)
_FAILED: Final = frozenset({"undelivered", "failed"})
_LOGGED_SHARE: Final = 0.3
_CLICKED_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate: ``rate`` in messages a second, ``start`` in epoch milliseconds.

    SIDs are drawn from ``identity``, or from the start where there is none: who needs to know the
    accounts before the start is known gives one.
    """

    seed: int
    messages: int
    rate: float
    scenario: Scenario
    start: int
    timing: Timing = field(default_factory=Timing)
    identity: int | None = None

    def breaks(self, channel: str, country: Country, time: int) -> bool:
        """Whether a code sent at ``time`` (epoch milliseconds) meets the outage."""
        progress = (time - self.start) * self.rate / 1_000 / self.messages
        return self.scenario.breaks(channel, country, progress)


def stories(plan: Plan) -> Iterator[tuple[int, Story]]:
    """Each story with its start in epoch milliseconds, never earlier than the one before.

    The same plan gives the same bytes. Two runs of one seed behave alike but share no SID: SIDs
    depend on the start too, or a second run would look like redeliveries of the first.
    """
    shape, ids = _sources(plan)
    accounts = draw_accounts(ids, shape)
    lifecycle = Lifecycle(plan.timing, shape)
    others = Draw(ids, seeded(plan.seed, "others"), plan.timing, plan.breaks)
    yield plan.start, sink_test_story(accounts[0], plan.start, others)
    for number in range(plan.messages):
        start = plan.start + int(number * 1_000 / plan.rate)
        message = draw_message(accounts, ids, shape)
        odds = plan.scenario.odds(message.country, number / plan.messages)
        fate = odds.draw(message.channel, shape)
        steps = lifecycle.steps(message, fate, start)
        story = [message_event(message, step, ids) for step in steps]
        yield start, story + _aftermath(message, story[-1], others)
        for share, tell in _OTHERS:
            if others.happens(share):
                yield start, tell(others.random.choice(accounts), start, others)


def _aftermath(message: Message, last: PlannedEvent, draw: Draw) -> Story:
    """What a message leads to beyond its own events: an entry in the error log, a click."""
    if last.status in _FAILED and draw.happens(_LOGGED_SHARE):
        return [error_event(message.account, message.sid, last.time, last.error_code, draw)]
    if last.status == "delivered" and draw.happens(_CLICKED_SHARE):
        return [link_clicked(message, draw.after(last.time, 4_000), draw)]
    return []


def accounts_of(plan: Plan) -> tuple[Account, ...]:
    """The accounts whose messages the plan sends."""
    shape, ids = _sources(plan)
    return draw_accounts(ids, shape)


def identifiers_of(plan: Plan, purpose: str) -> Identifiers:
    """Identifiers of the plan's own for a purpose."""
    identity = plan.start if plan.identity is None else plan.identity
    return Identifiers(seeded(plan.seed, purpose, identity))


def _sources(plan: Plan) -> tuple[Random, Identifiers]:
    return seeded(plan.seed, "shape"), identifiers_of(plan, "sids")
