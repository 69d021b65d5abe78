"""What outcomes do to plans: open one, end one, or send it to its next step."""

from typing import Final

from pipeline.items.outcome import Outcome
from processors.fallback.advance import begin_step, next_step
from processors.fallback.book import Book
from processors.fallback.choose import policy_for, steps_for, trigger_for
from processors.fallback.plan import Phase, Plan, plan_of
from processors.fallback.policy import Policies, Policy
from processors.fallback.told import told_of_none

_PRODUCTS: Final = frozenset({"verify", "messaging"})
_FAILURES: Final = frozenset({"failed", "undelivered", "silent"})
_OVER: Final = frozenset({"approved", "canceled", "expired", "max_attempts_reached"})


def hear(book: Book, outcome: Outcome, policies: Policies) -> None:
    """Take an outcome in; one heard before changes nothing."""
    if outcome.product not in _PRODUCTS:
        return
    plan = book.shelf.about(outcome.verification_sid or outcome.subject_sid)
    if plan is None:
        if outcome.kind in _FAILURES:
            _consider(book, outcome, policies)
    elif plan.phase != Phase.OVER:
        _go_on(book, plan, outcome)


def _consider(book: Book, outcome: Outcome, policies: Policies) -> None:
    policy = policy_for(policies, outcome)
    if policy is None:
        return
    reason = _why_none(book, policy, outcome)
    if reason:
        news = told_of_none(outcome, policy.name, reason, dry_run=policies.dry_run)
        book.news.append(news)
        return
    name = book.playbooks.name_of(policy, dry_run=policies.dry_run)
    user = outcome.tags.get(policy.user_tag, "")
    plan = plan_of(outcome, name, policy.lifetime_s * 1000, user)
    begin_step(book, plan, outcome.received_at)


def _why_none(book: Book, policy: Policy, outcome: Outcome) -> str | None:
    base = outcome.verification_started_at or outcome.sent_at or outcome.decided_at
    steps = steps_for(policy, trigger_for(outcome.kind, outcome.error_class))
    reasons = {
        "stopped": book.switchboard.stopped,
        "twilio_has_its_own": outcome.has_fallback,
        outcome.verification_status: outcome.verification_status in _OVER,
        "too_old": outcome.received_at - base >= policy.lifetime_s * 1000,
        "configuration": outcome.error_class == "config",
        "fraud": outcome.error_class == "fraud" and not steps,
        "no_steps": not steps,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _go_on(book: Book, plan: Plan, outcome: Outcome) -> None:
    now = outcome.received_at
    if outcome.kind == "ended":
        approved = outcome.verification_status == "approved" and plan.sends > 0
        book.end(plan, "succeeded" if approved else "ended", now, outcome.verification_status)
    elif outcome.kind == "recovered":
        _delivered(book, plan, outcome)
    elif outcome.subject_sid != plan.subject_sid:
        _failed_again(book, plan, outcome)


def _delivered(book: Book, plan: Plan, outcome: Outcome) -> None:
    """What failed has arrived after all: a plan that has sent nothing has nothing left to do."""
    if not plan.sends and plan.phase in (Phase.WAITING, Phase.PREPARING):
        book.end(plan, "ended", outcome.received_at, "delivered")


def _failed_again(book: Book, plan: Plan, outcome: Outcome) -> None:
    """What a step has sent, or somebody else meanwhile, has failed too."""
    if plan.phase == Phase.SENT:
        book.tell(plan, "failed", outcome.received_at, outcome.error_class or outcome.kind)
        next_step(book, plan, outcome.received_at)
    elif plan.phase in (Phase.DISPATCHED, Phase.DOUBTFUL):
        plan.overtaken = True
        book.keep(plan, plan.phase, plan.due_at)
