"""Whether fallbacks kept their word: what was told, held against what Twilio was asked to do.

Twilio's journal says which codes went out, the topics what was heard and told, in order. Codes are
told apart by number, not by verification: asked for another code after a verification's end,
Twilio begins a new one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

import msgspec

from benchmarks.fallback.stand_in import Effect
from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome

#: A call that was under way when its plan's end was told has arrived by then.
_UNDER_WAY_MS: Final = 2_000
_FINAL: Final = frozenset({"ended", "succeeded"})


class Heard(msgspec.Struct, frozen=True):
    """An outcome at its first offset."""

    offset: int
    outcome: Outcome


class Told(msgspec.Struct, frozen=True):
    """A transition when it was told first: offset and time (epoch ms) of its record."""

    offset: int
    at: int
    step: FallbackStep


class Plan(msgspec.Struct):
    """All about one verification."""

    sid: str
    to: str
    heard: list[Heard] = []
    told: list[Told] = []
    effects: list[Effect] = []

    @property
    def end(self) -> Told | None:
        """What ended it, or why there never was one."""
        ends = (told for told in self.told if told.step.state in _FINAL or _is_none(told.step))
        return next(ends, None)


def _is_none(step: FallbackStep) -> bool:
    return step.state == "skipped" and step.step < 0


def plans_of(
    heard: Iterable[Heard], told: Iterable[Told], effects: Iterable[Effect]
) -> dict[str, Plan]:
    """Put together what belongs to one verification."""
    plans: dict[str, Plan] = {}
    for each in heard:
        outcome = each.outcome
        plan = plans.setdefault(
            outcome.verification_sid, Plan(outcome.verification_sid, outcome.to)
        )
        plan.heard.append(each)
    for news in told:
        plans[news.step.verification_sid].told.append(news)
    by_number = {plan.to: plan for plan in plans.values()}
    for effect in effects:
        by_number[effect.to].effects.append(effect)
    return plans


def faults(plans: Sequence[Plan]) -> Iterator[str]:
    """All that should not be, one line each."""
    proofs = _proofs(plans)
    for plan in plans:
        yield from _twice(plan)
        yield from _untold(plan)
        yield from _after_the_end(plan)
        yield from _after_success(plan, proofs)
        if plan.end is None:
            yield f"{plan.sid} was forgotten"


def figures(plans: Sequence[Plan]) -> dict[str, float]:
    """What happened, counted."""
    states = Counter(told.step.state for plan in plans for told in plan.told)
    reasons = Counter(told.step.reason for plan in plans for told in plan.told)
    ends = Counter(plan.end.step.state for plan in plans if plan.end)
    strays = sum(effect.verification_sid != plan.sid for plan in plans for effect in plan.effects)
    return {
        "plans": len(plans),
        "codes_sent": sum(len(plan.effects) for plan in plans),
        "dispatched": states["dispatched"],
        "unknown": states["unknown"],
        "ended": ends.total(),
        "succeeded": ends["succeeded"],
        "too_late": reasons["too_late"],
        "sent_while_it_was_approved": strays,
    }


def _twice(plan: Plan) -> Iterator[str]:
    """The policy has each channel once."""
    for channel, times in Counter(effect.channel for effect in plan.effects).items():
        if times > 1:
            yield f"{plan.sid} was sent {times} codes by {channel}"


def _untold(plan: Plan) -> Iterator[str]:
    for effect in plan.effects:
        before = (told for told in plan.told if told.at <= effect.at)
        if not any(
            t.step.state == "dispatched" and t.step.channel == effect.channel for t in before
        ):
            yield f"{plan.sid} was sent a code by {effect.channel} that had not been told"


def _after_the_end(plan: Plan) -> Iterator[str]:
    end = plan.end
    late = (effect for effect in plan.effects if end and effect.at > end.at + _UNDER_WAY_MS)
    yield from (f"{plan.sid} was sent a code by {each.channel} after its end" for each in late)


def _after_success(plan: Plan, proofs: dict[int, int]) -> Iterator[str]:
    """Nothing is dispatched once the success was heard: what came behind it was told of then."""
    successes = [
        each.offset
        for each in plan.heard
        if each.outcome.kind == "recovered" or each.outcome.verification_status == "approved"
    ]
    if not successes:
        return
    heard_by = proofs[min(successes)]
    for told in plan.told:
        if told.step.state == "dispatched" and told.offset > heard_by:
            yield f"{plan.sid} had its {told.step.channel} dispatched after a success was heard"


def _proofs(plans: Sequence[Plan]) -> dict[int, int]:
    """By offset of an outcome the offset of the first record that tells of a later one."""
    news = sorted(
        [
            (each.offset, plan.told[0].offset if each is plan.heard[0] and plan.told else _NEVER)
            for plan in plans
            for each in plan.heard
        ],
        reverse=True,
    )
    firsts = accumulate((told for _, told in news), min, initial=_NEVER)
    return {offset: first for (offset, _), first in zip(news, firsts, strict=False)}


_NEVER: Final = 1 << 62
