"""Policies tried on past outcomes do what a worker would have done, by those outcomes' times."""

from collections.abc import Iterable

import msgspec

from pipeline.items.outcome import Outcome
from processors.fallback.policy_file import read_policies
from processors.fallback.rehearsal import Rehearsal
from tests.processors.fallback.world import START, outcome

DRY = read_policies(None)
LIVE = msgspec.structs.replace(DRY, dry_run=False)
HOUR_MS = 3_600_000


def told(rehearsal: Rehearsal, outcomes: Iterable[Outcome]) -> list[tuple[str, str, int]]:
    news = [step for each in outcomes for step in rehearsal.hear(each)]
    return [(step.state, step.reason, step.at - START) for step in [*news, *rehearsal.finish()]]


def test_a_plan_is_followed_until_nobody_has_confirmed_it() -> None:
    assert told(Rehearsal(LIVE), [outcome(after_ms=2_000)]) == [
        ("planned", "", 2_000),
        ("dispatched", "", 7_000),
        ("sent", "", 7_000),
        ("ended", "not_confirmed", 600_000),
    ]


def test_what_nobody_answers_is_followed_by_the_next_step() -> None:
    rehearsal = Rehearsal(LIVE, lambda errand: 60_000 if errand.step.do == "retry" else 0)
    assert told(rehearsal, [outcome(after_ms=2_000)]) == [
        ("planned", "", 2_000),
        ("dispatched", "", 7_000),
        ("sent", "", 7_000),
        ("failed", "silent", 67_000),
        ("planned", "", 67_000),
        ("dispatched", "", 67_000),
        ("sent", "", 67_000),
        ("ended", "not_confirmed", 600_000),
    ]


def test_who_got_through_meanwhile_gets_no_next_step() -> None:
    rehearsal = Rehearsal(LIVE, lambda _: 60_000)
    approved = outcome(kind="ended", status="approved", after_ms=50_000)
    news = told(rehearsal, [outcome(after_ms=2_000), approved])
    assert [state for state, *_ in news] == ["planned", "dispatched", "sent", "succeeded"]


def test_a_silence_that_ends_behind_the_code_is_not_waited_for() -> None:
    rehearsal = Rehearsal(LIVE, lambda _: 5_000_000)
    assert [state for state, *_ in told(rehearsal, [outcome()])] == [
        *("planned", "dispatched", "sent", "ended")
    ]


def test_what_comes_before_a_step_is_due_is_heard_before() -> None:
    approved = outcome(kind="ended", status="approved", after_ms=6_000)
    assert told(Rehearsal(LIVE), [outcome(), approved]) == [
        ("planned", "", 2_000),
        ("ended", "approved", 6_000),
    ]


def test_a_dry_run_ends_where_something_would_be_sent() -> None:
    assert told(Rehearsal(DRY), [outcome()])[1:] == [
        ("dispatched", "", 7_000),
        ("ended", "dry_run", 7_000),
    ]


def test_a_number_gets_no_more_than_its_share_of_an_hour() -> None:
    times = [number * HOUR_MS // 3 for number in range(5)]
    outcomes = [
        msgspec.structs.replace(
            outcome(number, after_ms=after_ms), verification_started_at=START + after_ms
        )
        for number, after_ms in enumerate(times)
    ]
    news = told(Rehearsal(DRY), outcomes)
    assert [at // 60_000 for state, _, at in news if state == "dispatched"] == [0, 20, 80]
    refused = [at // 60_000 for _, reason, at in news if reason == "budget_number"]
    assert refused == [40, 40, 60, 60]  # the repetition, and the call in its place
