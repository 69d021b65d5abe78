"""Policies tried on outcomes of the past, by a clock of their own: nobody is called."""

from collections.abc import Iterator
from typing import Final

from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome
from processors.fallback.errands import Reply
from processors.fallback.planner import Planner
from processors.fallback.policy import Policies
from processors.fallback.switchboard import Switchboard

_GO: Final = Reply(answer="go")
_SENT: Final = Reply(answer="sent")
_HOUR_MS: Final = 3_600_000


class Rehearsal:
    """Gives the transitions that a worker would have told.

    Every preparation finds nothing against its step, every call is taken at once. No alert fires.
    The same outcomes and policies give the same transitions.
    """

    def __init__(self, policies: Policies) -> None:
        self._planner = Planner(lambda: policies, Switchboard())
        self._now = 0
        self._cleaned_at = 0

    def hear(self, outcome: Outcome) -> Iterator[FallbackStep]:
        """Let time pass until the outcome came in, then take it in."""
        yield from self.pass_until(outcome.received_at)
        self._planner.hear(outcome)
        yield from self._planner.take_news()

    def pass_until(self, until: int) -> Iterator[FallbackStep]:
        """Do what comes due until then (epoch ms)."""
        while (at := self._planner.next_at()) is not None and at <= until:
            self._now = max(self._now, at)
            self._planner.tick(self._now)
            self._answer()
            self._clean()
        yield from self._planner.take_news()

    def finish(self) -> Iterator[FallbackStep]:
        """Do all that is left to do."""
        while (at := self._planner.next_at()) is not None:
            yield from self.pass_until(at)

    def _answer(self) -> None:
        while errands := self._planner.take_wanted():
            for errand in errands:
                reply = _GO if errand.kind == "prepare" else _SENT
                self._planner.learn(errand, reply, self._now)

    def _clean(self) -> None:
        if self._now - self._cleaned_at >= _HOUR_MS:
            self._cleaned_at = self._now
            self._planner.book.tallies.expire(self._now)
