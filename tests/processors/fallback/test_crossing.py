"""News that crosses what is being done: receipts, ends, other attempts, answers that get lost."""

from typing import Any

import msgspec
import pytest

from pipeline.items.outcome import Kind
from processors.fallback.errands import Answer, Reply
from processors.fallback.policy import Policies, Policy
from processors.fallback.policy_file import parse_policies, read_policies
from processors.runtime.deeds import Result
from tests.processors.fallback.world import START, Desk, about_message, outcome, sid

LIVE = msgspec.structs.replace(read_policies(None), dry_run=False)
MESSAGES = """
dry_run = false
[[policies]]
name = "own codes"
product = "messaging"
[policies.when]
transient = [{ do = "message", channel = "sms" }, { do = "message", channel = "whatsapp" }]
"""


def with_steps(**when: list[dict[str, Any]]) -> Policies:
    policy = msgspec.to_builtins(LIVE.policies[0]) | {"when": when}
    return Policies(dry_run=False, policies=(msgspec.convert(policy, Policy),))


def retried(desk: Desk) -> None:
    """An SMS has failed and was sent again."""
    desk.hear(outcome())
    desk.pass_time(5_250)
    desk.settle("sent")
    assert desk.states()[-1] == "sent sms"


def called(desk: Desk) -> None:
    """Everything is told, the call goes out, its answer is not there yet."""
    desk.pass_time(250)
    desk.flush()
    desk.answer(desk.under_way[0], "go")
    desk.flush()
    assert desk.under_way[0].what.kind == "send"


@pytest.fixture
def desk() -> Desk:
    return Desk(LIVE)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"error_class": "fraud", "code": 60410}, ["failed sms", "skipped call"]),
        ({"error_class": "config", "code": 30034}, ["ended configuration"]),
        ({"has_fallback": True}, ["ended twilio_has_its_own"]),
    ],
)
def test_what_comes_to_light_later_counts(
    desk: Desk, changes: dict[str, Any], told: list[str]
) -> None:
    retried(desk)
    desk.hear(outcome(attempt=2, sent_at=START + 8_000, **changes))
    desk.pass_time(60_000)
    desk.settle()
    assert [state for state in desk.states()[3:] if state != "ended no_more_steps"] == told


def test_an_opt_out_meanwhile_closes_its_channel() -> None:
    steps = [{"do": "verify", "channel": "call"}, {"do": "verify", "channel": "sms"}]
    desk = Desk(with_steps(transient=steps))
    desk.hear(outcome())
    desk.pass_time(250)
    desk.settle("sent")
    other = outcome(attempt=3, error_class="opt_out", code=21610)
    desk.hear(other, outcome(attempt=2, channel="call"))
    desk.pass_time(250)
    desk.settle()
    assert desk.order[-2].reason == "opted_out"
    assert sum(desk.sent.values()) == 1


def test_the_failure_of_another_attempt_is_not_the_failure_of_ours(desk: Desk) -> None:
    retried(desk)
    desk.hear(outcome(attempt=3, sent_at=START + 8_000))
    desk.pass_time(60_000)
    desk.settle()
    assert desk.states()[-1] == "sent sms"


def test_a_late_receipt_cancels_the_next_step_and_the_user_still_counts() -> None:
    call = {"do": "verify", "channel": "call", "after_s": 30}
    steps: list[dict[str, Any]] = [{"do": "retry"}, call]
    desk = Desk(with_steps(transient=steps))
    desk.hear(outcome())
    desk.pass_time(250)
    desk.settle("sent")
    desk.hear(outcome(attempt=2, kind="silent"), outcome(attempt=2, kind="recovered"))
    desk.pass_time(60_000)
    desk.settle()
    desk.hear(outcome(kind="ended", status="approved"))
    desk.flush()
    assert desk.states()[3:] == ["failed sms", "planned call", "skipped call", "succeeded approved"]
    assert [step.reason for step in desk.order if step.state == "skipped"] == ["delivered"]


@pytest.mark.parametrize("kind", ["recovered", "ended"])
def test_news_between_question_and_call_keeps_the_call_back(desk: Desk, kind: Kind) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.pass_time(250)
    desk.flush()
    (prepare,) = desk.under_way
    desk.hear(outcome(kind=kind, status="approved"))
    desk.answer(prepare, "go")
    desk.pass_time(60_000)
    desk.settle()
    assert desk.states()[-1] in ("ended delivered", "ended approved")
    assert not desk.sent


@pytest.mark.parametrize("way", ["not taken", "lost", "put off", "died", "failed too"])
def test_a_receipt_during_the_call_keeps_back_all_that_could_follow(desk: Desk, way: str) -> None:
    desk.hear(outcome())  # to be sent again, then called
    desk.pass_time(5_250)
    called(desk)
    (send,) = desk.under_way
    desk.hear(outcome(kind="recovered"))
    if way == "died":
        desk.flush()
        desk.crash()
        desk.pass_time(0)
    else:
        answers: dict[str, Answer] = {
            "not taken": "refused",
            "lost": "unknown",
            "put off": "later",
            "failed too": "sent",
        }
        desk.answer(send, answers[way])
        desk.flush()
    if way == "failed too":
        desk.hear(outcome(attempt=2))
    desk.pass_time(10_250)
    found: tuple[Answer, ...] = ("not_sent",) if way in ("lost", "died") else ()
    desk.settle(*found)
    desk.pass_time(60_000)
    desk.settle()
    assert desk.states()[-1] == "ended delivered"
    assert desk.states().count("dispatched sms") == 1


def test_an_approval_keeps_back_a_call_that_waits_for_its_turn(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    called(desk)
    desk.hear(outcome(kind="ended", status="approved"))
    desk.answer(desk.under_way[0], "sent")
    desk.settle()
    assert desk.states()[-1] == "ended approved"
    assert not desk.sent


def test_a_failure_may_be_heard_before_the_answer_to_its_call(desk: Desk) -> None:
    desk.hear(outcome())
    desk.pass_time(5_000)
    called(desk)
    desk.hear(outcome(attempt=2, sent_at=desk.now))
    desk.answer(desk.under_way[0], "sent")
    desk.pass_time(250)
    desk.settle("sent")
    assert desk.states()[2:] == [
        "sent sms",
        "failed sms",
        "planned call",
        "dispatched call",
        "sent call",
    ]


@pytest.mark.parametrize("answer", ["refused", "config", "fraud", "spent", "no_contact"])
def test_nothing_follows_a_call_in_doubt_because_nobody_answers(desk: Desk, answer: Answer) -> None:
    desk.hear(outcome())
    desk.pass_time(5_000)
    called(desk)
    desk.settle("unknown")
    for _ in range(6):
        desk.pass_time(15_250)
        desk.settle(answer)
    assert desk.states()[-1] == "unknown sms"
    assert sum(desk.sent.values()) == 1


def test_who_may_not_ask_now_asks_later_however_often(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    called(desk)
    desk.settle("unknown")
    desk.pass_time(10_250)
    for _ in range(20):
        desk.settle("later")
        desk.pass_time(2_250)
    desk.settle("sent")
    assert desk.states()[-1] == "sent call"


def test_a_code_sent_five_times_is_not_asked_for_again() -> None:
    steps = [{"do": "verify", "channel": "call"}, {"do": "retry"}, {"do": "webhook"}]
    desk = Desk(with_steps(transient=steps))
    desk.hear(outcome())
    desk.pass_time(250)
    desk.settle("spent")
    desk.pass_time(250)
    desk.settle("sent")
    told = [f"{step.state} {step.action} {step.reason}".strip() for step in desk.order]
    assert told[2:5] == ["failed verify spent", "skipped retry max_sends", "planned webhook"]
    assert told[-1] == "sent webhook"


def test_a_block_for_fraud_ends_what_costs_money(desk: Desk) -> None:
    desk.hear(outcome())
    desk.pass_time(5_250)
    desk.settle("fraud")
    reasons = [step.reason for step in desk.order]
    assert reasons == ["", "", "fraud", "fraud", "no_more_steps"]


def test_budgets_hold_over_a_restart(desk: Desk) -> None:
    for verification in (1, 2):
        desk.hear(outcome(verification, error_class="permanent"))
    desk.pass_time(250)
    desk.settle("sent", "sent")
    desk.crash()
    desk.hear(outcome(3, error_class="permanent"))
    desk.pass_time(250)
    desk.settle()
    assert [step.reason for step in desk.order[-2:]] == ["budget_number", "no_more_steps"]


def test_a_worker_that_comes_too_late_sends_nothing(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.flush()
    desk.crash()
    desk.pass_time(600_000)
    desk.settle()
    assert [step.reason for step in desk.order] == ["", "too_late", "no_more_steps"]


def test_a_policy_made_a_dry_run_holds_back_what_had_begun(desk: Desk) -> None:
    desk.hear(outcome(error_class="permanent"))
    desk.policies = msgspec.structs.replace(LIVE, dry_run=True)
    desk.pass_time(250)
    desk.settle()
    assert desk.states() == ["planned call", "dispatched call", "ended dry_run"]


@pytest.fixture
def messages() -> Desk:
    return Desk(parse_policies(MESSAGES, "messages.toml"))


def replied(desk: Desk, reference: str) -> None:
    """The call under way was taken under this SID."""
    deed = desk.under_way.pop(0)
    reply = Reply(answer="sent", reference=reference)
    desk.fold.learn(Result(deed, "done", reply), desk.now)


@pytest.mark.parametrize("order", ["reply first", "failure first"])
def test_our_own_message_has_no_plan_of_its_own(messages: Desk, order: str) -> None:
    messages.hear(about_message(1))
    called(messages)
    ours = about_message(7, sent_at=messages.now, received_at=messages.now)
    if order == "failure first":
        messages.hear(ours)
        messages.crash()  # the restored plan is in doubt, and expects its message still
        messages.hear(msgspec.structs.replace(ours, kind="undelivered"))
        messages.pass_time(0)
        messages.pass_time(10_250)
        messages.flush()
        replied(messages, ours.subject_sid)
    else:
        replied(messages, ours.subject_sid)
        messages.hear(ours)
    messages.flush()
    assert {step.plan_id for step in messages.order} == {f"messaging:{sid('SM', 1)}"}
    assert messages.states()[-3:] == ["sent sms", "failed sms", "planned whatsapp"]


def test_a_message_of_somebody_else_meanwhile_is_not_ours(messages: Desk) -> None:
    messages.hear(about_message(1))
    called(messages)
    messages.hear(about_message(8, sent_at=messages.now))
    replied(messages, sid("SM", 7))
    messages.flush()
    assert messages.states()[-1] == "sent sms"


def test_other_messages_have_their_own_plans(messages: Desk) -> None:
    messages.hear(about_message(1))
    called(messages)
    earlier = about_message(2)
    elsewhere = about_message(3, service_sid="MG" + "7" * 32, sent_at=messages.now)
    another = about_message(4, to="+5511990000002", sent_at=messages.now)
    messages.hear(earlier, elsewhere, another)
    messages.flush()
    assert len({step.plan_id for step in messages.order}) == 4
