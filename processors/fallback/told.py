"""Transitions as items for ``twilio.fallback``."""

from pipeline.items.fallback_step import FallbackState, FallbackStep
from pipeline.items.outcome import Outcome
from processors.fallback.plan import Plan
from processors.fallback.policy import Step


def told(  # noqa: PLR0913  what a transition says
    plan: Plan,
    step: Step | None,
    policy: str,
    state: FallbackState,
    *,
    at: int,
    reason: str,
    dry_run: bool,
) -> FallbackStep:
    """A transition of a plan, or with a step of that."""
    number = plan.step if step else -1
    return FallbackStep(
        id=f"{plan.id}:{number}:{plan.attempt}:{plan.delays}:{state}",
        plan_id=plan.id,
        state=state,
        step=number,
        attempt=plan.attempt,
        action=step.do if step else "",
        channel=channel_of(plan.channel, step) if step else "",
        reason=reason,
        policy=policy,
        dry_run=dry_run,
        product=plan.product,
        account_sid=plan.account_sid,
        service_sid=plan.service_sid,
        subject_sid=plan.subject_sid,
        verification_sid=plan.verification_sid,
        cause=plan.cause,
        error_code=plan.error_code,
        error_class=plan.error_class,
        first_channel=plan.channel,
        country=plan.country,
        at=at,
        due_at=plan.due_at if state == "planned" else 0,
        heard_at=plan.heard_at,
        reference=plan.reference,
        price=step.price if step else 0.0,
    )


def told_of_none(outcome: Outcome, policy: str, reason: str, *, dry_run: bool) -> FallbackStep:
    """That nothing is planned for an outcome, and why."""
    sid = outcome.verification_sid or outcome.subject_sid
    return FallbackStep(
        id=f"{outcome.id}:none",
        plan_id=f"{outcome.product}:{sid}",
        state="skipped",
        step=-1,
        attempt=0,
        action="",
        channel="",
        reason=reason,
        policy=policy,
        dry_run=dry_run,
        product=outcome.product,
        account_sid=outcome.account_sid,
        service_sid=outcome.service_sid,
        subject_sid=outcome.subject_sid,
        verification_sid=outcome.verification_sid,
        cause=outcome.kind,
        error_code=outcome.error_code,
        error_class=outcome.error_class,
        first_channel=outcome.channel,
        country=outcome.country,
        at=outcome.received_at,
        due_at=0,
        heard_at=outcome.received_at,
        reference="",
        price=0.0,
    )


def channel_of(first: str, step: Step) -> str:
    """The channel a step takes: its own, the first one again, or what it does."""
    if step.do == "retry":
        return first
    return step.channel or step.do
