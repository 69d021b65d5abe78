"""All that a planner keeps, and the small acts on it that the rest is made of."""

from collections.abc import Callable
from typing import Final

from pipeline.items.fallback_step import FallbackState, FallbackStep
from processors.fallback.choose import steps_for, trigger_for
from processors.fallback.errands import Errand, ErrandKind
from processors.fallback.plan import NEVER, Phase, Plan, key_of
from processors.fallback.playbooks import Playbooks
from processors.fallback.policy import Policies, Policy, Step
from processors.fallback.shelf import Shelf
from processors.fallback.switchboard import Switchboard
from processors.fallback.tallies import Tallies
from processors.fallback.timers import Timers
from processors.fallback.told import told
from processors.runtime.fold import Key

#: How long an ended plan is remembered behind its end: what Twilio tells again opens no other.
_REMEMBERED_MS: Final = 3_600_000


class Book:
    """Plans with their timers, limits and playbooks; what is to be told, and to be done."""

    def __init__(self, policies: Callable[[], Policies], switchboard: Switchboard) -> None:
        self.policies = policies
        self.switchboard = switchboard
        self.changed: set[Key] = set()
        self.shelf = Shelf(self.changed)
        self.tallies = Tallies(self.changed)
        self.playbooks = Playbooks(self.changed)
        self.over = 0
        self.timers = Timers()
        self.news: list[FallbackStep] = []
        self.wanted: list[Errand] = []

    def policy(self, plan: Plan) -> Policy:
        """The policy the plan began under."""
        return self.playbooks.by_name[plan.playbook].policy

    def is_dry(self, plan: Plan) -> bool:
        """Whether the plan is only shown: it began so, or all are by now."""
        return self.playbooks.by_name[plan.playbook].dry_run or self.policies().dry_run

    def steps(self, plan: Plan) -> tuple[Step, ...]:
        """The steps for what happened to the plan's message."""
        return steps_for(self.policy(plan), trigger_for(plan.cause, plan.error_class))

    def step(self, plan: Plan) -> Step:
        """The step the plan is at."""
        return self.steps(plan)[plan.step]

    def keep(self, plan: Plan, phase: Phase, due_at: int) -> None:
        """Put a plan back in a phase that ends by itself at ``due_at``."""
        plan.phase, plan.due_at = phase, due_at
        key = self.shelf.put(plan)
        if due_at != NEVER:
            self.timers.add(due_at, key)

    def tell(self, plan: Plan, state: FallbackState, at: int, reason: str = "") -> None:
        """Tell a transition of the step the plan is at."""
        self._tell(plan, self.step(plan), state, at, reason)

    def end(self, plan: Plan, state: FallbackState, at: int, reason: str) -> None:
        """Tell that nothing more follows, and remember it for a while."""
        self._tell(plan, None, state, at, reason)
        self.over += 1
        self.keep(plan, Phase.OVER, max(plan.until, at) + _REMEMBERED_MS)

    def drop(self, key: bytes, plan: Plan) -> None:
        """Forget an ended plan."""
        self.over -= 1
        self.shelf.drop(key, plan)

    def want(self, plan: Plan, kind: ErrandKind) -> None:
        """Ask for an errand for the step the plan is at."""
        self.wanted.append(
            Errand(
                id=errand_id(plan),
                key=key_of(plan.sid),
                kind=kind,
                step=self.step(plan),
                product=plan.product,
                account_sid=plan.account_sid,
                service_sid=plan.service_sid,
                subject_sid=plan.subject_sid,
                verification_sid=plan.verification_sid,
                channel=plan.channel,
                country=plan.country,
                to=plan.to,
                user=plan.user,
                until=plan.until,
                dispatched_at=plan.dispatched_at,
            )
        )

    def _tell(
        self, plan: Plan, step: Step | None, state: FallbackState, at: int, reason: str
    ) -> None:
        name, dry_run = self.policy(plan).name, self.is_dry(plan)
        self.news.append(told(plan, step, name, state, at=at, reason=reason, dry_run=dry_run))


def errand_id(plan: Plan) -> str:
    """The same for one try of one step, whoever makes it."""
    return f"{plan.id}:{plan.step}:{plan.attempt}"
