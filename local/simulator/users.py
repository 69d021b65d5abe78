"""The people behind the verifications: when the product has their code sent again, they go on.

Twilio's side of it: the REST API knows the verifications that the simulator has begun, and an
attempt made through it is told by events like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from local.simulator.attempt_fate import attempt_steps
from local.simulator.lifecycle import Step
from local.simulator.products.verify import attempt_event, verification_event
from local.simulator.verification import Attempt, AttemptChannel, Verification
from local.twilio_api import verifications as api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.simulator.planned import PlannedEvent, Story
    from local.simulator.story import Draw
    from local.twilio_api.twilio import Twilio

#: What of those who got a code type it in.
_APPROVED_SHARE: Final = 0.9
#: What Verify's API and its events call a channel.
_IN_EVENTS: Final = {"call": "voice"}
_IN_API: Final = {"voice": "call"}


@dataclass(slots=True)
class Users:
    """``tell`` gets the stories of what the API has sent."""

    twilio: Twilio
    draw: Draw
    tell: Callable[[Story], None]
    _known: dict[str, Verification] = field(default_factory=dict)

    def meet(self, story: Story) -> None:
        """Let the API know the verifications that a story is about."""
        for own, events in _verifications(story):
            self._known[own.sid] = own
            self.twilio.verifications.add(_foretold(own, events))

    def go_on(self, there: api.Verification, sending: api.Sending) -> None:
        """A code was sent again; whoever gets it in time types it in, mostly."""
        own = self._known.get(there.sid)
        if own is None:  # one of e-mail: Verify tells no events of those
            return
        attempt = _attempt(own, sending)
        attempts = tuple(_attempt(own, each) for each in there.sent_by(sending.at))
        pending = Step("pending", sending.at)
        story = [verification_event(own, pending, attempts, 0, self.draw.ids)]
        steps = attempt_steps(attempt, self.draw)
        story += [attempt_event(attempt, step, self.draw.ids) for step in steps]
        arrived = next((step.time for step in steps if step.status == "delivered"), None)
        if arrived and there.end is None and self.draw.happens(_APPROVED_SHARE):
            typed = Step(
                "approved", self.draw.after(arrived, self.draw.random.randrange(800, 2500))
            )
            there.end = typed.time, typed.status
            story.append(verification_event(own, typed, attempts, 1, self.draw.ids))
        self.tell(story)


def _verifications(story: Story) -> Iterator[tuple[Verification, list[PlannedEvent]]]:
    found: dict[str, tuple[Verification, list[PlannedEvent]]] = {}
    for event in story:
        if isinstance(event.subject, Verification):
            found.setdefault(event.subject.sid, (event.subject, []))[1].append(event)
    yield from found.values()


def _foretold(own: Verification, events: list[PlannedEvent]) -> api.Verification:
    attempts = {each.sid: each for event in events for each in event.attempts}
    ends = [(event.time, event.status) for event in events if event.status != "pending"]
    return api.Verification(
        sid=own.sid,
        account_sid=own.account.sid,
        service_sid=own.account.verify_service_sid,
        to=own.to,
        created=own.start,
        sendings=[
            api.Sending(each.sid, _IN_API.get(each.channel, each.channel), each.time)
            for each in attempts.values()
        ],
        end=ends[0] if ends else None,
    )


def _attempt(own: Verification, sending: api.Sending) -> Attempt:
    channel = _IN_EVENTS.get(sending.channel, sending.channel)
    return Attempt(
        sid=sending.sid,
        verification=own,
        channel=cast("AttemptChannel", channel),
        mnc=own.country.mncs[0],
        time=sending.at,
    )
