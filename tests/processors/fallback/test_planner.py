from typing import Any

import msgspec
import pytest

from pipeline.items.alert import Alert
from processors.fallback.errands import Answer
from processors.fallback.policy import Policies, Policy
from processors.fallback.policy_file import read_policies
from tests.processors.fallback.world import START, Desk, outcome

LIVE = msgspec.structs.replace(read_policies(None), dry_run=False)


def with_policy(**changes: object) -> Policies:
    (policy,) = LIVE.policies
    return Policies(dry_run=False, policies=(msgspec.structs.replace(policy, **changes),))


@pytest.fixture
def desk() -> Desk:
    return Desk(LIVE)


def test_a_transient_failure_is_tried_again_and_then_called(desk: Desk) -> None:
    desk.hear(outcome())
    desk.pass_time(5_250)
    desk.settle("sent")
    desk.hear(outcome(attempt=2, sent_at=START + 8_000))
    desk.pass_time(3_000)
    desk.settle("sent")
    desk.hear(outcome(kind="ended", status="approved"))
    desk.flush()
    assert desk.states() == [
        "planned sms",
        "dispatched sms",
        "sent sms",
        "failed sms",
        "planned call",
        "dispatched call",
        "sent call",
        "succeeded approved",
    ]
    assert sum(desk.sent.values()) == 2


def test_nothing_goes_out_before_it_is_told(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent", code=30006))
    desk.pass_time(250)
    desk.flush()
    (prepare,) = desk.under_way
    desk.answer(prepare, "go")
    assert not desk.under_way
    assert "dispatched call" not in desk.states()
    desk.flush()
    (send,) = desk.under_way
    assert send.what.kind == "send"
    assert desk.states()[-1] == "dispatched call"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_fallback": True}, "twilio_has_its_own"),
        ({"error_class": "config", "code": 30034}, "configuration"),
        ({"error_class": "fraud", "code": 60410}, "fraud"),
        ({"status": "approved"}, "approved"),
        ({"status": "canceled"}, "canceled"),
        ({"after_ms": 600_000}, "too_old"),
    ],
)
def test_where_nothing_may_be_sent_it_is_told_why(
    desk: Desk, changes: dict[str, Any], reason: str
) -> None:
    desk.hear(outcome(**changes))
    desk.pass_time(60_000)
    desk.settle()
    assert desk.states() == [f"skipped {reason}"]


def test_what_repeats_opens_nothing(desk: Desk) -> None:
    for _ in range(3):
        desk.hear(outcome(error_class="permanent"), outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.settle("sent")
    desk.hear(outcome(kind="ended", status="approved"), outcome(error_class="permanent"))
    desk.pass_time(1_000)
    desk.settle()
    assert sum(desk.sent.values()) == 1


def test_a_code_that_arrived_after_all_needs_nothing(desk: Desk) -> None:
    desk.hear(outcome())
    desk.hear(outcome(kind="recovered"))
    desk.pass_time(60_000)
    desk.settle()
    assert desk.states() == ["planned sms", "ended delivered"]


def test_twilio_is_asked_before_the_call(desk: Desk) -> None:
    desk.hear(outcome(kind="silent"))
    desk.pass_time(250)
    desk.flush()
    desk.answer(desk.under_way[0], "over")
    desk.settle()
    assert desk.states() == ["planned call", "ended over"]


def test_a_landline_that_opted_out_is_not_written_to_again() -> None:
    steps = read_policies(None).policies[0].when["permanent"]
    again = msgspec.structs.replace(steps[0], channel="sms")
    desk = Desk(with_policy(when={"opt_out": (again, *steps)}))
    desk.hear(outcome(error_class="opt_out", code=21610))
    desk.pass_time(250)
    desk.settle("sent")
    assert desk.states() == ["skipped sms", "planned call", "dispatched call", "sent call"]


def test_a_number_has_a_budget(desk: Desk) -> None:
    for verification in range(1, 5):
        desk.hear(outcome(verification, error_class="permanent"))
    desk.pass_time(250)
    desk.settle("sent", "sent")
    reasons = [step.reason for step in desk.order if step.state == "skipped"]
    assert reasons == ["budget_number", "budget_number"]
    assert sum(desk.sent.values()) == 2


def test_a_dry_run_shows_what_it_would_do() -> None:
    desk = Desk(read_policies(None))
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.settle()
    assert desk.states() == ["planned call", "dispatched call", "ended dry_run"]
    assert all(step.dry_run for step in desk.order)
    assert not desk.sent


def test_everything_can_be_stopped(desk: Desk) -> None:
    desk.hear(outcome())
    desk.switchboard.stopped = True
    desk.hear(outcome(2))
    desk.pass_time(60_000)
    desk.settle()
    assert desk.states() == ["planned sms", "skipped stopped", "ended stopped"]


def test_a_failing_channel_is_passed_over_while_an_alert_fires(desk: Desk) -> None:
    alert = msgspec.convert(ALERT, Alert)
    desk.switchboard.hear(alert)
    desk.hear(outcome())
    desk.pass_time(250)
    desk.settle("sent")
    assert desk.states() == ["skipped sms", "planned call", "dispatched call", "sent call"]
    desk.switchboard.hear(msgspec.structs.replace(alert, state="resolved"))
    desk.hear(outcome(2))
    desk.flush()
    assert desk.states()[-1] == "planned sms"


def test_a_policy_changed_meanwhile_is_for_later_plans(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.policies = with_policy(when={"permanent": ()})
    desk.hear(outcome(2, error_class="permanent"))
    desk.flush()
    desk.crash()
    desk.pass_time(250)
    desk.settle("sent")
    assert desk.states() == ["planned call", "skipped no_steps", "dispatched call", "sent call"]


def test_quiet_hours_pass_a_step_over() -> None:
    hours = {"from": "00:00", "to": "00:00"}
    policy = msgspec.to_builtins(LIVE.policies[0]) | {"quiet_hours": hours}
    desk = Desk(Policies(dry_run=False, policies=(msgspec.convert(policy, Policy),)))
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.settle()
    assert [step.reason for step in desk.order] == ["", "quiet_hours", "no_more_steps"]


def test_too_many_requests_are_put_off_not_counted_twice(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.settle("later")
    desk.pass_time(1_000)
    desk.settle()
    desk.pass_time(1_250)
    desk.settle("sent")
    assert [step.state for step in desk.order] == [
        "planned",
        "dispatched",
        "planned",
        "dispatched",
        "sent",
    ]
    desk.hear(outcome(2, error_class="permanent"))
    desk.pass_time(250)
    desk.settle("sent")
    assert sum(desk.sent.values()) == 2


@pytest.mark.parametrize(("found", "sends"), [("sent", 1), ("not_sent", 2)])
def test_whoever_died_at_a_call_is_looked_after(desk: Desk, found: Answer, sends: int) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.flush()
    desk.answer(desk.under_way[0], "go")
    desk.flush()
    desk.act(desk.under_way[0].what, "sent")  # the call goes out, the answer is never heard
    desk.now += 60_000  # a call that waited for its turn may have gone out only just now
    desk.crash()
    desk.pass_time(0)
    desk.pass_time(9_500)
    desk.settle()
    desk.pass_time(750)
    desk.settle(found)
    if found == "not_sent":
        desk.pass_time(250)
        desk.settle("sent")
    assert sum(desk.sent.values()) == sends
    assert desk.order[-1].state == "sent"


def test_a_worker_that_dies_soon_leaves_its_successor_no_wait_of_its_own(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.flush()
    desk.answer(desk.under_way[0], "go")
    desk.flush()
    desk.crash()
    desk.flush()  # nothing has come due: who comes next finds the call as it was told
    desk.crash()
    desk.pass_time(0)
    desk.flush()
    for _ in range(2):  # asked when it has settled, and again by who finds the question open
        desk.pass_time(6_000)
        desk.crash()
        desk.pass_time(0)
        desk.flush()
    (asked,) = desk.under_way
    assert asked.what.kind == "find_out"
    desk.crash()
    desk.pass_time(0)
    desk.settle("not_sent")
    desk.pass_time(250)
    desk.settle("sent")
    assert sum(desk.sent.values()) == 1


def test_where_nobody_can_tell_nothing_is_repeated(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.settle("unknown")
    for _ in range(6):
        desk.pass_time(15_250)
        desk.settle("unknown")
    assert desk.states()[-1] == "unknown call"
    assert sum(desk.sent.values()) == 1


ALERT = {
    "type": "alert",
    "id": "a",
    "state": "firing",
    "kind": "failures",
    "severity": "page",
    "at": 0,
    "slice": {"product": "verify", "country": "BR"},
    "title": "",
    "reason": "",
    "started_at": 0,
    "fired_at": 0,
    "resolved_at": 0,
    "usual_rate": 0.0,
    "rate": 0.0,
    "rate_low": 0.0,
    "rate_high": 0.0,
    "messages": 0,
    "affected": 0,
    "codes": [],
    "likely": "carrier",
    "suggestion": "",
    "sql": "",
    "children": [],
    "siblings": [],
    "evidence": 0.0,
    "threshold": 0.0,
}
