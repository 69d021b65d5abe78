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
#: Twilio's clock and ours may differ by so much.
_SKEW_MS: Final = 2_000
_OVER: Final = frozenset({"approved", "canceled", "expired", "max_attempts_reached"})


def hear(book: Book, outcome: Outcome, policies: Policies) -> None:
    """Take an outcome in; one heard before changes nothing."""
    if outcome.product not in _PRODUCTS:
        return
    plan = book.shelf.about(outcome.verification_sid or outcome.subject_sid)
    plan = plan or _whose_it_may_be(book, outcome)
    if plan is None:
        if outcome.kind in _FAILURES:
            _consider(book, outcome, policies)
    elif plan.phase != Phase.OVER:
        _go_on(book, plan, outcome)


def _whose_it_may_be(book: Book, outcome: Outcome) -> Plan | None:
    """The plan that has a message to the same number under way, whose SID it does not know yet.

    What comes to grief meanwhile may be that message. To open a plan for it would be to help twice.
    """
    plan = book.shelf.calling(outcome.to) if outcome.product == "messaging" else None
    if plan is None or plan.service_sid != outcome.service_sid:
        return None
    sent_at = outcome.sent_at or outcome.decided_at
    return plan if sent_at >= plan.dispatched_at - _SKEW_MS else None


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
    """What failed has arrived after all: nothing more is needed but the user's own answer."""
    now = outcome.received_at
    if plan.phase not in (Phase.WAITING, Phase.PREPARING):
        plan.arrived = True  # what has been dispatched stays so; nothing follows it
        book.keep(plan, plan.phase, plan.due_at)
        return
    if not plan.sends:
        book.end(plan, "ended", now, "delivered")
        return
    book.tell(plan, "skipped", now, "delivered")
    plan.reference = outcome.subject_sid
    book.keep(plan, Phase.SENT, plan.until)


def _failed_again(book: Book, plan: Plan, outcome: Outcome) -> None:
    """What a step has sent, or somebody else meanwhile, has failed too."""
    now = outcome.received_at
    plan.bar(outcome.error_class, outcome.channel)
    if reason := _why_no_more(outcome):
        book.end(plan, "ended", now, reason)
    elif plan.phase == Phase.SENT and plan.reference in ("", outcome.subject_sid):
        book.tell(plan, "failed", now, outcome.error_class or outcome.kind)
        next_step(book, plan, now)
    else:
        if plan.phase in (Phase.DISPATCHED, Phase.DOUBTFUL):
            plan.overtaken = outcome.subject_sid
        book.keep(plan, plan.phase, plan.due_at)


def _why_no_more(outcome: Outcome) -> str:
    if outcome.has_fallback:
        return "twilio_has_its_own"
    return "configuration" if outcome.error_class == "config" else ""
