"""What the answer to an errand makes of its plan."""

from collections.abc import Callable
from typing import Final

from processors.fallback.advance import hindrance, next_step
from processors.fallback.book import Book, errand_id
from processors.fallback.errands import NOBODY_TO_ASK, Answer, Errand, Reply
from processors.fallback.plan import NEVER, Phase, Plan
from processors.fallback.told import channel_of

#: A call that may still be under way has arrived, or never will, after this long.
SETTLES_MS: Final = 10_000
_ASK_AGAIN_MS: Final = 15_000
_MOST_DELAYS: Final = 5

_PHASE: Final = {
    "prepare": Phase.PREPARING,
    "send": Phase.DISPATCHED,
    "find_out": Phase.DOUBTFUL,
}


def learn(book: Book, errand: Errand, reply: Reply, now: int) -> None:
    """Take an answer in; one that the plan does not wait for (any more) changes nothing."""
    plan = awaiting(book, errand)
    if plan is None:
        return
    if errand.kind == "prepare":
        _prepared(book, plan, reply, now)
    elif errand.kind == "send":
        _REACTIONS.get(reply.answer, _doubt)(book, plan, reply, now)
    else:
        _FINDINGS.get(reply.answer, _ask_again)(book, plan, reply, now)


def awaiting(book: Book, errand: Errand) -> Plan | None:
    """The plan that waits for the answer to an errand; None when none does (any more)."""
    plan = book.shelf.get(errand.key)
    if plan and plan.phase == _PHASE[errand.kind] and errand_id(plan) == errand.id:
        return plan
    return None


def _prepared(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    if reply.answer == "go":
        _dispatch(book, plan, now)
    elif reply.answer == "over":
        book.end(plan, "ended", now, reply.status or "over")
    elif reply.answer == "gone":
        book.end(plan, "ended", now, "gone")
    else:
        book.tell(plan, "skipped", now, reply.reason or reply.answer)
        next_step(book, plan, now)


def _dispatch(book: Book, plan: Plan, now: int) -> None:
    """Tell that the call goes out. It does so when that is acknowledged, not before."""
    if book.switchboard.stopped:
        book.end(plan, "ended", now, "stopped")
        return
    reason = hindrance(book, plan, now)
    if reason:
        book.tell(plan, "skipped", now, reason)
        next_step(book, plan, now)
        return
    policy, step = book.policy(plan), book.step(plan)
    if not plan.delays:
        book.tallies.count(policy.budget, plan.to, plan.service_sid, step.price, now)
    plan.dispatched_at = now
    book.tell(plan, "dispatched", now)
    if book.is_dry(plan):
        book.end(plan, "ended", now, "dry_run")
        return
    book.keep(plan, Phase.DISPATCHED, NEVER)
    book.want(plan, "send")


def _sent(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    plan.reference, plan.sends = reply.reference, plan.sends + 1
    book.tell(plan, "sent", now, reply.reason)
    if plan.overtaken and plan.reference in ("", plan.overtaken):
        book.tell(plan, "failed", now, "overtaken")
        next_step(book, plan, now)
    else:
        book.keep(plan, Phase.SENT, plan.until)


def _later(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    """Not taken: Twilio asked us to wait. The same try goes on then."""
    plan.delays += 1
    if plan.delays > _MOST_DELAYS:
        _refused(book, plan, reply, now)
        return
    book.keep(plan, Phase.WAITING, now + max(reply.retry_after_ms, 1000))
    book.tell(plan, "planned", now, reply.reason or "later")


def _refused(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    book.tell(plan, "failed", now, reply.reason or reply.answer)
    next_step(book, plan, now)


def _not_sent(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    """It certainly did not go out: once more, as often as the step allows."""
    book.tell(plan, "failed", now, reply.reason or reply.answer)
    doubtful = plan.phase == Phase.DOUBTFUL
    if plan.attempt < book.step(plan).attempts + doubtful:
        plan.delays = 0
        book.keep(plan, Phase.WAITING, now)
    else:
        next_step(book, plan, now)


def _spent(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    plan.spent = True
    _refused(book, plan, reply, now)


def _over(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    book.end(plan, "ended", now, reply.status or reply.answer)


def _fraud(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    plan.bar("fraud", "")
    _refused(book, plan, reply, now)


def _opted_out(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    plan.bar("opt_out", channel_of(plan.channel, book.step(plan)))
    _refused(book, plan, reply, now)


def _doubt(book: Book, plan: Plan, _reply: Reply, now: int) -> None:
    """Nobody knows whether it was taken: ask Twilio once it must have arrived."""
    book.keep(plan, Phase.DOUBTFUL, now + SETTLES_MS)


def _ask_later(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    """Too many ask: for as long as the answer would be of use."""
    at = now + max(reply.retry_after_ms, 1000)
    if at < plan.until:
        book.keep(plan, Phase.DOUBTFUL, at)
    else:
        _take_for_sent(book, plan, reply, now)


def _ask_again(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    plan.delays += 1
    if plan.delays > _MOST_DELAYS or reply.reason == NOBODY_TO_ASK:
        _take_for_sent(book, plan, reply, now)
    else:
        book.keep(plan, Phase.DOUBTFUL, now + _ASK_AGAIN_MS)


def _take_for_sent(book: Book, plan: Plan, reply: Reply, now: int) -> None:
    """Where nobody can tell it counts as sent: rather once too few than twice."""
    book.tell(plan, "unknown", now, reply.reason)
    plan.sends += 1
    if plan.overtaken:
        book.tell(plan, "failed", now, "overtaken")
        next_step(book, plan, now)
    else:
        book.keep(plan, Phase.SENT, plan.until)


_Reaction = Callable[[Book, Plan, Reply, int], None]
#: To what became of a call; any other answer leaves it in doubt.
_REACTIONS: Final[dict[Answer, _Reaction]] = {
    "sent": _sent,
    "later": _later,
    "refused": _refused,
    "config": _refused,
    "no_contact": _refused,
    "no_consent": _refused,
    "fraud": _fraud,
    "opted_out": _opted_out,
    "not_sent": _not_sent,
    "spent": _spent,
    "over": _over,
    "gone": _over,
}
#: To what was found out about a call in doubt; any other answer leaves it there.
_FINDINGS: Final[dict[Answer, _Reaction]] = {
    "sent": _sent,
    "not_sent": _not_sent,
    "later": _ask_later,
    "over": _over,
    "gone": _over,
}
