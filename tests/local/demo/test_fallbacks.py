"""Fallbacks as the demo counts and compares them."""

from local.demo.fallbacks import Fallbacks, described
from pipeline.items.fallback_step import FallbackState, FallbackStep

ACCOUNT = "AC1"


def _step(  # noqa: PLR0913  what differs between the tests
    state: FallbackState,
    plan: str = "VE1",
    *,
    step: int = 0,
    reason: str = "",
    account: str = ACCOUNT,
    waited: int = 0,
    cause: str = "undelivered",
) -> FallbackStep:
    return FallbackStep(
        id=f"verify:{plan}:{step}:1:0:{state}",
        plan_id=f"verify:{plan}",
        state=state,
        step=step,
        attempt=1,
        action="verify",
        channel="call",
        reason=reason,
        policy="sign-in",
        dry_run=False,
        product="verify",
        account_sid=account,
        service_sid="VA1",
        subject_sid="VL1",
        verification_sid=plan,
        cause=cause,
        error_code=30003,
        error_class="transient",
        first_channel="sms",
        country="BR",
        at=10_000 + waited,
        due_at=0,
        heard_at=10_000,
        reference="",
        price=0.0,
    )


def _heard(*steps: FallbackStep) -> Fallbacks:
    fallbacks = Fallbacks(frozenset({ACCOUNT}))
    for step in steps:
        fallbacks.hear(step)
    return fallbacks


def _sent(*verifications: str) -> list[dict[str, str]]:
    return [{"effect": "code_sent", "verification_sid": sid} for sid in verifications]


def test_each_transition_of_the_runs_accounts_counts_once() -> None:
    planned, dispatched = _step("planned"), _step("dispatched", waited=600)
    fallbacks = _heard(
        planned,
        planned,
        dispatched,
        dispatched,
        _step("dispatched", "VE2", waited=800),
        _step("dispatched", "VE3", waited=90_000, cause="silent"),
        _step("succeeded", step=-1),
        _step("skipped", "VE4", reason="fraud", step=-1),
        _step("planned", "VE9", account="AC2"),
    )

    assert described(fallbacks) == [
        "1 planned, 3 dispatched, half within 0.7 s of the failure's news",
        "1 users signed in after one; skipped 1 fraud",
    ]


def test_nothing_is_said_before_the_first() -> None:
    assert described(_heard()) == []


def test_a_code_for_each_that_was_told_is_right() -> None:
    fallbacks = _heard(_step("sent"), _step("sent", step=1), _step("unknown", "VE2"))

    assert fallbacks.compared(_sent("VE1", "VE2", "VE1")).clean


def test_a_second_code_one_forgotten_and_one_too_late_are_found() -> None:
    fallbacks = _heard(_step("sent"), _step("sent", "VE2"))

    compared = fallbacks.compared(_sent("VE1", "VE1", "VE-begun-after-the-end"))
    assert (compared.differing, compared.missing, compared.unexpected) == (1, 1, 1)
