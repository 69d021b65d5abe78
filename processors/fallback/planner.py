"""Plans as one deterministic machine: outcomes, time and answers in; news and errands out."""

from collections.abc import Callable

from pipeline.items.fallback_step import FallbackStep
from pipeline.items.outcome import Outcome
from processors.fallback.advance import come_due
from processors.fallback.answers import SETTLES_MS, awaiting, learn
from processors.fallback.book import Book
from processors.fallback.errands import Errand, Reply
from processors.fallback.hearing import hear
from processors.fallback.plan import NEVER, Phase
from processors.fallback.policy import Policies
from processors.fallback.switchboard import Switchboard


class Planner:
    """Drives all plans of one partition; times are epoch milliseconds.

    ``policies`` gives what new plans begin under; it may give others at any time.
    """

    def __init__(self, policies: Callable[[], Policies], switchboard: Switchboard) -> None:
        self._policies = policies
        self._switchboard = switchboard
        self._stops = switchboard.stops
        self._in_doubt: list[bytes] = []
        self.book = Book(policies, switchboard)

    def hear(self, outcome: Outcome) -> None:
        """Take an outcome in."""
        self._heed(outcome.received_at)
        hear(self.book, outcome, self._policies())

    def tick(self, now_ms: int) -> None:
        """Do what has come due, unless there are orders that nobody has read yet."""
        book = self.book
        if not self._switchboard.is_current:
            return
        self._heed(now_ms)
        self._let_settle(now_ms)
        for key in book.timers.due(now_ms):
            plan = book.shelf.get(key)
            if plan is None or plan.due_at > now_ms:
                continue  # moved or ended since
            if plan.phase == Phase.OVER:
                book.drop(key, plan)
            else:
                come_due(book, plan, now_ms)

    def next_at(self) -> int | None:
        """When ``tick`` has something to do next; None when never."""
        if not self._switchboard.is_current:
            return None
        if self._in_doubt or self._stops != self._switchboard.stops:
            return 0
        return self.book.timers.next_at()

    def learn(self, errand: Errand, reply: Reply, now_ms: int) -> None:
        """Take in what an errand came to."""
        learn(self.book, errand, reply, now_ms)

    def stands(self, errand: Errand) -> bool:
        """Whether an errand is still wanted."""
        held_back = self._switchboard.stopped and errand.kind == "send"
        return not held_back and awaiting(self.book, errand) is not None

    def withdraw(self, errand: Errand, now_ms: int) -> None:
        """Take in that an errand that no longer stood was not begun."""
        plan = awaiting(self.book, errand)
        if plan:
            self.book.end(plan, "ended", now_ms, "stopped")

    def take_news(self) -> list[FallbackStep]:
        """Give what is to be told; afterwards nothing is."""
        news, self.book.news = self.book.news, []
        return news

    def take_wanted(self) -> list[Errand]:
        """Give what is to be done; afterwards nothing is."""
        wanted, self.book.wanted = self.book.wanted, []
        return wanted

    def resume(self) -> None:
        """Go on after a restore: whoever began an errand may have died before its answer.

        What could be repeated is, with the next ``tick``. What may have gone out did so before we
        became the owner, however long ago it was told: Twilio is asked when it has settled, by us
        or by whoever comes after us.
        """
        for key, plan in list(self.book.shelf.plans()):
            self.book.over += plan.phase == Phase.OVER
            if plan.phase == Phase.PREPARING:
                plan.attempt -= not plan.delays
                self.book.keep(plan, Phase.WAITING, 0)
            elif plan.phase == Phase.DISPATCHED:
                self._in_doubt.append(key)
            elif plan.due_at == NEVER:
                self.book.keep(plan, plan.phase, 0)
            else:
                self.book.timers.add(plan.due_at, key)

    def _let_settle(self, now_ms: int) -> None:
        in_doubt, self._in_doubt = self._in_doubt, []
        for key in in_doubt:
            plan = self.book.shelf.get(key)
            if plan and plan.phase == Phase.DISPATCHED:
                self.book.keep(plan, Phase.DOUBTFUL, now_ms + SETTLES_MS)

    def _heed(self, now_ms: int) -> None:
        """After a stop end what has not been dispatched: a start must not let it out, late."""
        if self._stops == self._switchboard.stops:
            return
        self._stops = self._switchboard.stops
        for _, plan in list(self.book.shelf.plans()):
            if plan.phase in (Phase.WAITING, Phase.PREPARING):
                self.book.end(plan, "ended", now_ms, "stopped")
