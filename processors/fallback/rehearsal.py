"""Policies tried on outcomes of the past, by a clock of their own: nobody is called."""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import Final

from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome
from processors.fallback.errands import Errand, Reply
from processors.fallback.planner import Planner
from processors.fallback.policy import Policies
from processors.fallback.switchboard import Switchboard
from processors.fallback.told import channel_of

_GO: Final = Reply(answer="go")
_SENT: Final = Reply(answer="sent")
_HOUR_MS: Final = 3_600_000


class Rehearsal:
    """Gives the transitions that a worker would have told.

    Every preparation finds nothing against its step, every call is taken at once. No alert fires.
    ``silence_ms`` says after how long a call counts as unanswered, 0 never; without it none does,
    so that no step follows one that was sent.
    The same outcomes and policies give the same transitions.
    """

    def __init__(
        self, policies: Policies, silence_ms: Callable[[Errand], int] = lambda _: 0
    ) -> None:
        self._planner = Planner(lambda: policies, Switchboard())
        self._silence_ms = silence_ms
        self._silences: list[tuple[int, str, Outcome]] = []
        self._now = 0
        self._cleaned_at = 0

    def hear(self, outcome: Outcome) -> Iterator[FallbackStep]:
        """Let time pass until the outcome came in, then take it in."""
        yield from self.pass_until(outcome.received_at)
        self._planner.hear(outcome)
        yield from self._planner.take_news()

    def pass_until(self, until: int) -> Iterator[FallbackStep]:
        """Do what comes due until then (epoch ms)."""
        while (at := self._next_at()) is not None and at <= until:
            self._now = max(self._now, at)
            while self._silences and self._silences[0][0] <= self._now:
                self._planner.hear(heappop(self._silences)[-1])
            self._planner.tick(self._now)
            self._answer()
            self._clean()
        yield from self._planner.take_news()

    def finish(self) -> Iterator[FallbackStep]:
        """Do all that is left to do."""
        while (at := self._next_at()) is not None:
            yield from self.pass_until(at)

    def _next_at(self) -> int | None:
        ours = [at for at, *_ in self._silences[:1]]
        theirs = self._planner.next_at()
        return min(ours if theirs is None else [*ours, theirs], default=None)

    def _answer(self) -> None:
        while errands := self._planner.take_wanted():
            for errand in errands:
                reply = _GO if errand.kind == "prepare" else self._take(errand)
                self._planner.learn(errand, reply, self._now)

    def _take(self, errand: Errand) -> Reply:
        """Take a call; should it stay unanswered, that will be heard under its reference."""
        wait = self._silence_ms(errand)
        if not wait or self._now + wait >= errand.until:
            return _SENT
        heard = _silent(errand, self._now, self._now + wait)
        heappush(self._silences, (heard.received_at, heard.id, heard))
        return Reply(answer="sent", reference=heard.subject_sid)

    def _clean(self) -> None:
        if self._now - self._cleaned_at >= _HOUR_MS:
            self._cleaned_at = self._now
            self._planner.book.tallies.expire(self._now)


def _silent(errand: Errand, sent_at: int, at: int) -> Outcome:
    """What the lifecycle tells of an attempt that nobody has answered."""
    return Outcome(
        id=f"{errand.id}:silent",
        kind="silent",
        product=errand.product,
        subject_sid=errand.id,
        account_sid=errand.account_sid,
        service_sid=errand.service_sid,
        verification_sid=errand.verification_sid,
        verification_status="pending" if errand.verification_sid else "",
        verification_started_at=0,
        channel=channel_of(errand.channel, errand.step),
        country=errand.country,
        error_code=0,
        error_class="",
        to=errand.to,
        sent_at=sent_at,
        decided_at=at,
        received_at=at,
        has_fallback=False,
        tags={},
        source_topic="",
        source_partition=0,
        source_offset=0,
    )
