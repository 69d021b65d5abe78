"""Any order and repetition of outcomes, times, answers and crashes keeps what is promised."""

from collections import Counter

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline.items.outcome import Kind
from processors.fallback.errands import Answer, Errand
from processors.fallback.policy_file import read_policies
from processors.runtime.deeds import Deed
from tests.processors.fallback.world import START, Desk, outcome

LIVE = msgspec.structs.replace(read_policies(None), dry_run=False)
LIFETIME_MS = 600_000
PER_NUMBER = LIVE.policies[0].budget.per_number
KINDS: tuple[Kind, ...] = ("failed", "undelivered", "silent", "recovered")
CLASSES = (
    "transient",
    "transient",
    "permanent",
    "permanent",
    "opt_out",
    "other",
    "fraud",
    "config",
)

verifications = st.integers(1, 4)
attempts = st.integers(1, 3)


class Plans(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(LIVE)
        self.dispatches: dict[str, int] = {}

    @initialize()
    def begin(self) -> None:
        """Two verifications of two numbers have come to grief, each in its way."""
        for verification, error_class in ((1, "permanent"), (2, "transient")):
            to = f"+551199000000{verification % 2}"
            self.desk.hear(outcome(verification, error_class=error_class, to=to))

    @rule(
        verification=verifications,
        attempt=attempts,
        kind=st.sampled_from(KINDS),
        error_class=st.sampled_from(CLASSES),
        age=st.sampled_from([0, 0, 2_000, 2_000, LIFETIME_MS + 1_000]),
        has_fallback=st.sampled_from([False, False, False, True]),
    )
    def hear(  # noqa: PLR0913, PLR0917  what an outcome can differ in
        self,
        verification: int,
        attempt: int,
        kind: Kind,
        error_class: str,
        age: int,
        has_fallback: bool,
    ) -> None:
        heard = outcome(
            verification,
            attempt=attempt,
            kind=kind,
            error_class=error_class,
            sent_at=max(self.desk.now - age, START),
            after_ms=min(age, self.desk.now - START),
            has_fallback=has_fallback,
            to=f"+551199000000{verification % 2}",
        )
        self.desk.hear(heard, heard)

    @rule(verification=verifications, status=st.sampled_from(["approved", "canceled", "expired"]))
    def end(self, verification: int, status: str) -> None:
        self.desk.hear(outcome(verification, kind="ended", status=status))

    @rule(milliseconds=st.sampled_from([250, 1_000, 5_000, 12_000, 60_000]))
    def wait(self, milliseconds: int) -> None:
        self.desk.pass_time(milliseconds)

    @rule(milliseconds=st.sampled_from([250, 5_250, 12_000]))
    def bring_to_a_call(self, milliseconds: int) -> None:
        """Wait until something is due, and prepare it: random walks alone rarely get there."""
        self.desk.pass_time(milliseconds)
        self.flush()
        for deed in list(self.desk.under_way):
            if deed.what.kind == "prepare":
                self.desk.answer(deed, "go")
        self.flush()

    @rule()
    def flush(self) -> None:
        self.desk.flush()
        for step in self.desk.order:
            if step.state == "dispatched":
                self.dispatches.setdefault(step.id.removesuffix(":dispatched"), step.at)

    @precondition(lambda self: self.desk.under_way)
    @rule(draw=st.data())
    def perform(self, draw: st.DataObject) -> None:
        deed = draw.draw(st.sampled_from(self.desk.under_way))
        self.check(deed)
        self.desk.answer(deed, draw.draw(st.sampled_from(self.answers(deed.what))))

    @precondition(lambda self: self.desk.under_way)
    @rule(draw=st.data())
    def die_at_a_call(self, draw: st.DataObject) -> None:
        deed = draw.draw(st.sampled_from(self.desk.under_way))
        self.check(deed)
        if self.desk.fold.stands(deed):
            self.desk.act(deed.what, "sent")
        self.desk.crash()

    @rule()
    def crash(self) -> None:
        self.desk.crash()

    def answers(self, errand: Errand) -> list[Answer]:
        """What the world may say; of what has happened it says the truth, or nothing."""
        if errand.kind == "prepare":
            return ["go", "over", "gone"]
        if errand.kind == "send":
            return ["sent", "unknown", "later", "refused", "spent", "gone", "config"]
        return ["sent" if self.desk.sent[errand.id] else "not_sent", "unknown"]

    def check(self, deed: Deed) -> None:
        """A call goes out only when it was told, and while nothing has ended its plan."""
        errand: Errand = deed.what
        if errand.kind == "send" and self.desk.fold.stands(deed):
            assert any(step.state == "dispatched" for step in self.desk.order)
            assert self.desk.now >= errand.dispatched_at

    @invariant()
    def each_step_reaches_the_user_once(self) -> None:
        by_step = Counter[str]()
        for errand, count in self.desk.sent.items():
            by_step[errand.rpartition(":")[0]] += count
        assert all(count == 1 for count in by_step.values())

    @invariant()
    def nothing_follows_an_end(self) -> None:
        over: set[str] = set()
        for step in self.desk.order:
            assert step.plan_id not in over or step.state == "skipped"
            if step.state in ("succeeded", "ended"):
                over.add(step.plan_id)

    @invariant()
    def nothing_is_dispatched_late(self) -> None:
        for step in self.desk.order:
            assert step.state != "dispatched" or step.at < START + LIFETIME_MS

    @invariant()
    def budgets_hold(self) -> None:
        tries: dict[str, set[tuple[str, int, int]]] = {}
        for step in self.desk.order:
            if step.state == "dispatched":
                number = step.verification_sid[-1]
                tries.setdefault(str(int(number) % 2), set()).add(
                    (step.plan_id, step.step, step.attempt)
                )
        assert all(len(some) <= PER_NUMBER for some in tries.values())


Plans.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestPlans = Plans.TestCase
