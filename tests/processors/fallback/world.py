"""A world in which calls really happen, for tests of plans: Twilio as plans see it."""

from collections import Counter
from typing import Any

import msgspec

from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Kind, Outcome
from pipeline.topics import FALLBACK
from processors.fallback.errands import Answer, Errand, Reply
from processors.fallback.fold import FallbackFold
from processors.fallback.planner import Planner
from processors.fallback.policy import Policies
from processors.fallback.switchboard import Switchboard
from processors.runtime.deeds import Deed, Result
from processors.runtime.fold import Item, SourceRecord

START = 1_800_000_000_000
SERVICE = "VA" + "5" * 32


def sid(kind: str, number: int) -> str:
    return f"{kind}{number:032x}"


def outcome(  # noqa: PLR0913  what an outcome can differ in
    verification: int = 1,
    *,
    kind: Kind = "failed",
    attempt: int = 1,
    code: int = 30003,
    error_class: str = "transient",
    sent_at: int = START,
    after_ms: int = 2_000,
    status: str = "pending",
    channel: str = "sms",
    country: str = "BR",
    has_fallback: bool = False,
    to: str = "+5511990000001",
    tags: dict[str, str] | None = None,
) -> Outcome:
    """An outcome of an attempt of a verification."""
    ve = sid("VE", verification)
    subject = ve if kind == "ended" else sid("VL", 1000 * verification + attempt)
    failed = kind in ("failed", "undelivered")
    return Outcome(
        id=f"verify:{subject}:{kind}:{status if kind == 'ended' else ''}",
        kind=kind,
        product="verify",
        subject_sid=subject,
        account_sid="AC" + "1" * 32,
        service_sid=SERVICE,
        verification_sid=ve,
        verification_status=status,
        verification_started_at=START,
        channel=channel,
        country=country,
        error_code=code if failed else 0,
        error_class=error_class if failed else "",
        to=to,
        sent_at=sent_at,
        decided_at=sent_at + after_ms,
        received_at=sent_at + after_ms,
        has_fallback=has_fallback,
        tags=tags or {},
        source_topic="twilio.verify",
        source_partition=0,
        source_offset=0,
    )


def about_message(number: int = 1, **changes: Any) -> Outcome:  # noqa: ANN401  any of its fields
    """An outcome of a message outside Verify, by default an SMS that failed."""
    subject = sid("SM", number)
    usual: dict[str, Any] = {
        "id": f"messaging:{subject}:failed",
        "product": "messaging",
        "subject_sid": subject,
        "service_sid": "MG" + "6" * 32,
        "verification_sid": "",
        "verification_status": "",
        "verification_started_at": 0,
    }
    return msgspec.structs.replace(outcome(), **usual | changes)


class Desk:
    """A fold with what the runtime does around it, without Kafka; ``now`` is the worker's clock."""

    def __init__(self, policies: Policies) -> None:
        self.policies = policies
        self.switchboard = Switchboard()
        self.rows: list[bytes] = []
        self.told: dict[str, FallbackStep] = {}
        self.order: list[FallbackStep] = []
        self.under_way: list[Deed] = []
        self.sent = Counter[str]()
        self.now = START + 2_000
        self._offset = 0
        self.fold = self._new()

    def _new(self) -> FallbackFold:
        return FallbackFold(Planner(lambda: self.policies, self.switchboard))

    def hear(self, *outcomes: Outcome) -> None:
        self.fold.apply(SourceRecord(self._offset, self.now, msgspec.json.encode(outcomes)))
        self._offset += 1

    def flush(self) -> None:
        """Deeds, announcements and the row are taken together; then the deeds are handed on."""
        deeds = list(self.fold.deeds())
        items = list(self.fold.announcements())
        body, _ = self.fold.encode(())
        self.rows.append(body)
        self._announce(items)
        self.under_way += deeds

    def _announce(self, items: list[Item]) -> None:
        for item in items:
            assert item.topic == FALLBACK
            step = msgspec.json.decode(item.value, type=FallbackStep)
            if step.id.endswith(":none") and step.id in self.told:
                continue  # why nothing is planned is told for each repetition of an outcome
            assert step.id not in self.told, f"told twice: {step.id}"
            self.told[step.id] = step
            self.order.append(step)

    def pass_time(self, milliseconds: int) -> None:
        self.now += milliseconds
        self.fold.tick(self.now)

    def crash(self) -> None:
        """What was not flushed is gone; another worker restores the rows."""
        self.under_way.clear()
        self.fold = self._new()
        for row in self.rows:
            self.fold.restore(row)
        assert list(self.fold.unfinished()) == []

    def act(self, errand: Errand, answer: Answer) -> Reply:
        """What the world answers; ``unknown`` to a call may mean that it went out."""
        if errand.kind == "send" and answer in ("sent", "unknown"):
            self.sent[errand.id] += 1
        return Reply(answer=answer, reference=self._latest(errand), retry_after_ms=2_000)

    def _latest(self, errand: Errand) -> str:
        """The attempt that a call has made: attempts of a verification are numbered from 1."""
        plan = errand.id.rsplit(":", 2)[0]
        sent = sum(n for name, n in self.sent.items() if name.startswith(f"{plan}:"))
        return sid("VL", 1000 * int(errand.verification_sid[2:] or "0", 16) + 1 + sent)

    def answer(self, deed: Deed, answer: Answer) -> None:
        """Perform a deed that is under way, if the plan still wants it."""
        self.under_way.remove(deed)
        if self.fold.stands(deed):
            reply = self.act(deed.what, answer)
            self.fold.learn(Result(deed, "done", reply), self.now)

    def settle(self, *answers: Answer) -> None:
        """Flush and perform until nothing is under way, ``go`` to all that is prepared."""
        left = list(answers)
        self.flush()
        while self.under_way:
            deed = self.under_way[0]
            self.answer(deed, "go" if deed.what.kind == "prepare" else left.pop(0))
            self.flush()
        assert not left

    def states(self) -> list[str]:
        """What was told, in order: state, then the step's channel or the reason."""
        return [f"{step.state} {step.channel or step.reason}" for step in self.order]
