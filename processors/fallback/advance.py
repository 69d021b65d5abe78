"""How a plan goes from step to step: what is due, what is passed over and why, when it ends."""

from processors.fallback.book import Book
from processors.fallback.plan import NEVER, Phase, Plan
from processors.fallback.policy import PAID, Step, verify_name
from processors.fallback.told import channel_of


def begin_step(book: Book, plan: Plan, now: int) -> None:
    """Plan the next step that applies, from the one the plan is at; end it where none does."""
    steps = book.steps(plan)
    burns = book.policy(plan).switch_at_once and book.switchboard.burns(plan)
    while plan.step < len(steps):
        step = steps[plan.step]
        at = now if burns else now + int(step.after_s * 1000)
        reason = _why_not(plan, step, at, burns=burns)
        if reason is None:
            book.keep(plan, Phase.WAITING, at)
            book.tell(plan, "planned", now, "switched" if burns else "")
            return
        book.tell(plan, "skipped", now, reason)
        plan.step += 1
    plan.step = max(len(steps) - 1, 0)
    book.end(plan, "ended", now, "no_more_steps")


def next_step(book: Book, plan: Plan, now: int) -> None:
    """Go on behind the step the plan is at, if anything is still needed."""
    if plan.arrived:
        book.end(plan, "ended", now, "delivered")
        return
    plan.step += 1
    plan.attempt = plan.delays = 0
    plan.reference = plan.overtaken = ""
    begin_step(book, plan, now)


def come_due(book: Book, plan: Plan, now: int) -> None:
    """Do what the plan's phase asks for when its time has come."""
    if plan.phase == Phase.SENT:
        book.end(plan, "ended", now, "not_confirmed")
    elif plan.phase == Phase.DOUBTFUL:
        book.keep(plan, Phase.DOUBTFUL, NEVER)
        book.want(plan, "find_out")
    elif plan.phase == Phase.WAITING:
        _prepare(book, plan, now)


def hindrance(book: Book, plan: Plan, now: int) -> str | None:
    """Why the step the plan is at must not be dispatched now; None when it may."""
    policy, step = book.policy(plan), book.step(plan)
    if policy.quiet_hours and policy.quiet_hours.holds(step.do, now):
        return "quiet_hours"
    late = _why_not(plan, step, now, burns=False)
    if late or plan.delays:
        return late  # what was put off has been counted before
    return book.tallies.over(policy.budget, plan.to, plan.service_sid, step.price, now)


def _prepare(book: Book, plan: Plan, now: int) -> None:
    if book.switchboard.stopped or plan.arrived:
        book.end(plan, "ended", now, "delivered" if plan.arrived else "stopped")
        return
    reason = hindrance(book, plan, now)
    if reason:
        book.tell(plan, "skipped", now, reason)
        next_step(book, plan, now)
        return
    if not plan.delays:
        plan.attempt += 1
    book.keep(plan, Phase.PREPARING, NEVER)
    book.want(plan, "prepare")


def _why_not(plan: Plan, step: Step, at: int, *, burns: bool) -> str | None:
    channel = verify_name(channel_of(plan.channel, step))
    again = channel == verify_name(plan.channel)
    limit = plan.base + step.deadline_s * 1000 if step.deadline_s else plan.until
    if at >= min(limit, plan.until):
        return "too_late"
    if channel in map(verify_name, plan.opted_out):
        return "opted_out"
    if plan.fraud and channel in PAID:
        return "fraud"
    if plan.spent and (step.do == "verify" or (step.do == "retry" and plan.product == "verify")):
        return "max_sends"
    return "channel_fails" if burns and again else None
