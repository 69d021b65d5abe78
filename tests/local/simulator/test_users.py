"""Users whose code is sent again through Twilio's API go on, and their events say so."""

from __future__ import annotations

from collections import Counter

from local.simulator.attempt_fate import attempt_steps
from local.simulator.conclusion import conclude
from local.simulator.planned import PlannedEvent, Story
from local.simulator.seeds import seeded
from local.simulator.story import Draw
from local.simulator.traffic import Plan, accounts_of, identifiers_of, stories
from local.simulator.users import Users
from local.simulator.verification import Attempt, Verification
from local.truth.lines import VerificationLine
from local.twilio_api.twilio import Twilio
from local.twilio_api.verifications import Verification as Known
from tests.local.simulator.conftest import START, MakePlan


class Scene:
    """All of a plan's verifications, known to Twilio; ``told`` is what went on since."""

    def __init__(self, plan: Plan) -> None:
        self.now = START
        self.twilio = Twilio(clock=lambda: self.now)
        self.told: list[Story] = []
        ids = identifiers_of(plan, "users")
        draw = Draw(ids, seeded(plan.seed, "users"), plan.timing, plan.breaks)
        self.users = Users(self.twilio, draw, self.told.append)
        self.twilio.on_sent = self.users.go_on
        self.stories = {sid: story for _, story in stories(plan) for sid in self._meet(story)}

    def _meet(self, story: Story) -> set[str]:
        self.users.meet(story)
        return {each.subject.sid for each in story if isinstance(each.subject, Verification)}

    def send(self, own: Known, channel: str) -> Story:
        """Send the code of one once its own story is over."""
        self.now = max(event.time for event in self.stories[own.sid]) + 1
        self.twilio.verifications.send(own.account_sid, own.service_sid, own.to, channel)
        return self.told[-1]


def _ends(story: Story) -> list[PlannedEvent]:
    return [
        each
        for each in story
        if isinstance(each.subject, Verification) and each.status != "pending"
    ]


def test_twilio_knows_what_the_plan_foretells(make_plan: MakePlan) -> None:
    plan = make_plan(messages=3_000)
    scene = Scene(plan)
    known = scene.twilio.verifications.by_sid

    assert known.keys() == scene.stories.keys()
    services = {own.verify_service_sid for own in accounts_of(plan)}
    assert {own.service_sid for own in known.values()} == services
    for own in known.values():
        told = [
            each.status for each in _ends(scene.stories[own.sid]) if each.subject_sid == own.sid
        ]
        assert own.status(START + 10**9) == (told[0] if told else "pending")


def test_who_waits_gets_another_code_and_mostly_signs_in(make_plan: MakePlan) -> None:
    scene = Scene(make_plan(messages=8_000))
    waiting = [own for own in scene.twilio.verifications.by_sid.values() if own.end is None]
    statuses = Counter[str]()
    for own in waiting:
        before = len(own.sendings)
        story = scene.send(own, "call")
        events = [each for each in scene.stories[own.sid] if each.subject_sid == own.sid] + story
        subject = next(each.subject for each in story if isinstance(each.subject, Verification))
        line = conclude(subject, events)
        assert isinstance(line, VerificationLine)
        statuses[line.status] += 1
        assert line.attempts == before + 1
        assert "voice" in line.channels
        assert (line.status == "approved") == (own.end is not None)

    assert len(waiting) > 20
    assert statuses["approved"] > 0.6 * len(waiting)
    assert statuses.keys() == {"approved", "pending"}


def test_what_has_an_end_gets_no_second_one(make_plan: MakePlan) -> None:
    scene = Scene(make_plan(messages=3_000))
    own = next(each for each in scene.twilio.verifications.by_sid.values() if each.end)
    assert own.end is not None
    scene.now = own.end[0] - 1
    scene.twilio.verifications.send(own.account_sid, own.service_sid, own.to, "call")

    assert _ends(scene.told[0]) == []


def test_an_outage_stops_codes_by_sms_and_no_calls(make_plan: MakePlan) -> None:
    plan = make_plan(messages=6_000, scenario="outage")
    draw = Draw(identifiers_of(plan, "x"), seeded(1), plan.timing, plan.breaks)
    owners = [
        own
        for own in {
            each.subject.sid: each.subject
            for _, story in stories(plan)
            for each in story
            if isinstance(each.subject, Verification)
        }.values()
        if own.country.code == "BR"
    ]

    def delivered(channel: str, time: int) -> float:
        steps = [
            attempt_steps(
                Attempt(sid="VL", verification=own, channel=channel, mnc="05", time=time),  # type: ignore[arg-type]  # a Literal
                draw,
            )
            for own in owners
        ]
        return sum(any(step.status == "delivered" for step in each) for each in steps) / len(steps)

    during, before = START + 30_000, START + 5_000
    assert delivered("sms", during) < 0.35
    assert delivered("voice", during) > 0.7
    assert delivered("sms", before) > 0.7


def test_pumping_is_blocked_number_by_number(make_plan: MakePlan) -> None:
    prefixes = Counter[str]()
    for _, story in stories(make_plan(messages=8_000)):
        blocked = [each for each in story if each.error_code == 60410]
        if len(blocked) > 3:
            (prefix,) = {
                each.subject.verification.to[:-2]
                for each in blocked
                if isinstance(each.subject, Attempt)
            }
            prefixes[prefix] += len(blocked)

    assert prefixes
    assert set(prefixes.values()) == {12}
