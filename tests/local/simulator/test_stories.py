"""Verifications and calls go every way they go at Twilio, and tell what they should."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from local.simulator.call import Call
from local.simulator.conclusion import conclude
from local.simulator.traffic import stories
from local.simulator.verification import Attempt, Verification
from local.truth.lines import CallLine, VerificationLine

if TYPE_CHECKING:
    from local.simulator.planned import PlannedEvent, Subject
    from local.simulator.traffic import Plan
    from tests.local.simulator.conftest import MakePlan


def _told(plan: Plan) -> dict[str, tuple[Subject, list[PlannedEvent]]]:
    """Events by what they are about; a verification's are its attempts', too."""
    found: dict[str, tuple[Subject, list[PlannedEvent]]] = {}
    for event in (event for _, story in stories(plan) for event in story):
        own = event.subject
        for subject in (own, own.verification if isinstance(own, Attempt) else None):
            if subject is not None:
                found.setdefault(subject.sid, (subject, []))[1].append(event)
    return found


def test_verifications_end_every_way_over_several_attempts_and_channels(
    make_plan: MakePlan,
) -> None:
    told = _told(make_plan(messages=20_000))
    lines = [
        line
        for subject, events in told.values()
        if isinstance(subject, Verification)
        and isinstance(line := conclude(subject, events), VerificationLine)
    ]
    statuses = Counter(line.status for line in lines)
    assert statuses.keys() == {
        *("approved", "canceled", "expired", "max_attempts_reached", "pending"),
    }
    assert 0.75 < statuses["approved"] / len(lines) < 0.95
    assert {line.attempts for line in lines} == {1, 2, 3, 4}
    assert {channel for line in lines for channel in line.channels} == {
        *("sms", "whatsapp", "voice", "rcs"),
    }
    assert any(len(line.channels) > 1 for line in lines)
    assert all(line.delivered_attempts for line in lines if line.status == "approved")


def test_calls_end_every_way_and_only_answered_ones_last(make_plan: MakePlan) -> None:
    told = _told(make_plan(messages=20_000))
    lines = [
        line
        for subject, events in told.values()
        if isinstance(subject, Call) and isinstance(line := conclude(subject, events), CallLine)
    ]
    outcomes = {line.outcome for line in lines}
    assert outcomes == {"completed", "busy", "no-answer", "failed", "canceled"}
    assert {line.outcome for line in lines if line.duration_s} == {"completed"}
    assert {line.outcome for line in lines if line.answered_at} == {"completed"}


def test_what_was_not_acknowledged_is_not_concluded(make_plan: MakePlan) -> None:
    told = _told(make_plan(messages=5_000))
    subject, events = next(
        (subject, events)
        for subject, events in told.values()
        if isinstance(subject, Call) and len(events) > 2
    )
    line = conclude(subject, [event for event in events if event.status == "ringing"])
    assert isinstance(line, CallLine)
    assert (line.outcome, line.ended_at, line.duration_s) == ("unknown", None, 0)


def test_an_error_entry_names_its_resource_as_twilio_does(make_plan: MakePlan) -> None:
    kind = "com.twilio.error-logs.error.logged"
    events = [event for _, story in stories(make_plan()) for event in story if event.type == kind]
    inner = [
        msgspec.json.decode(msgspec.json.decode(event.element)["data"]["payload"])
        for event in events
    ]
    named = ["resource_sid" in payload for payload in inner]
    assert any(named)
    assert not all(named)
