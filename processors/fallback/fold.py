"""The fold of ``twilio.outcomes``: plans as the runtime's entries, errands as its deeds."""

from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from pipeline.items.outcome import Outcome
from pipeline.topics import FALLBACK
from pipeline.twilio.envelope import split
from processors.fallback.errands import Answer, Errand, Reply
from processors.fallback.planner import Planner
from processors.fallback.playbooks import Playbook
from processors.fallback.policy import Policy
from processors.fallback.tallies import Tally
from processors.fallback.watch import Unwatched, Watch
from processors.runtime.deeds import Deed, Result
from processors.runtime.fold import Entry, Item, Key, SourceRecord

_TIMEOUT_S: Final = 8.0
_HOUSEKEEPING_MS: Final = 60_000


class _Body(msgspec.Struct, array_like=True):
    """A state row's content: plans as bytes, tallies by minute, playbooks by name."""

    plans: list[tuple[bytes, bytes]]
    tallies: list[tuple[bytes, dict[int, int]]]
    playbooks: list[tuple[str, Policy, bool]]


_encode_item: Final = msgspec.json.Encoder().encode
_encode_body: Final = msgspec.msgpack.Encoder().encode
_decode_body: Final = msgspec.msgpack.Decoder(_Body).decode
_decode_outcome: Final = msgspec.json.Decoder(Outcome).decode


class FallbackFold:
    """Plans of one partition."""

    def __init__(self, planner: Planner, watch: Watch | None = None, told: str = FALLBACK) -> None:
        self._planner = planner
        self._topic = told
        self._watch = watch or Unwatched()
        self._book = planner.book
        self._cleaned_at = 0

    def apply(self, record: SourceRecord) -> None:
        """Hear a record's outcomes; count what is none."""
        for element in split(record.value):
            try:
                outcome = _decode_outcome(element)
            except msgspec.MsgspecError:
                self._watch.ignored()
                continue
            self._planner.hear(outcome)

    def advance(self, now_ms: int) -> None:
        """Nothing here waits for silence; timers have ``tick``."""

    def due(self) -> int | None:
        """When the next plan is due."""
        return self._planner.next_at()

    def tick(self, now_ms: int) -> None:
        """Do what has come due."""
        self._planner.tick(now_ms)
        if now_ms - self._cleaned_at > _HOUSEKEEPING_MS:
            self._cleaned_at = now_ms
            self._book.tallies.expire(now_ms)

    def deeds(self) -> Iterable[Deed]:
        """Give the errands that came up since this was asked last."""
        return [Deed(errand.id, errand, _TIMEOUT_S) for errand in self._planner.take_wanted()]

    def unfinished(self) -> Iterable[Deed]:
        """Give none: what was begun before a restore is taken up by the next ``tick``."""
        self._planner.resume()
        return ()

    def stands(self, deed: Deed) -> bool:
        """Whether the plan still waits for this."""
        return self._planner.stands(deed.what)

    def learn(self, result: Result, now_ms: int) -> None:
        """Hear what came of an errand; one that broke off leaves open what it did."""
        errand: Errand = result.deed.what
        if result.end == "withdrawn":
            self._planner.withdraw(errand, now_ms)
            return
        reply = result.value if result.end == "done" else _broken_off(errand, result)
        self._planner.learn(errand, reply, now_ms)

    def changed(self) -> Collection[Key]:
        """Keys of plans, tallies and playbooks changed since the last ``encode``."""
        return self._book.changed

    def size(self) -> int:
        """Plans, tallies and playbooks."""
        book = self._book
        return len(book.shelf) + len(book.tallies.by_key) + len(book.playbooks.by_name)

    def entry(self, key: Key) -> Entry | None:
        """Find an entry by its key: text names a playbook, bytes a tally or a plan."""
        if isinstance(key, str):
            return self._book.playbooks.by_name.get(key)
        if not isinstance(key, bytes):
            return None
        return self._book.tallies.by_key.get(key) or self._book.shelf.by_key.get(key)

    def items(self, offset: int) -> Iterable[Item]:  # noqa: ARG002  nothing here is an upsert
        """Give none: transitions are told once."""
        return ()

    def announcements(self) -> Iterable[Item]:
        """Give the transitions since this was asked last."""
        book = self._book
        self._watch.plans(len(book.shelf) - book.over, len(book.timers))
        for step in self._planner.take_news():
            self._watch.told(step)
            yield Item(self._topic, step.verification_sid or step.subject_sid, _encode_item(step))

    def encode(self, extra: Iterable[Key]) -> tuple[bytes, list[Key]]:
        """Write what changed, and the ``extra`` entries."""
        keys = [key for key in {*self.changed(), *extra} if self.entry(key)]
        self._book.changed.clear()
        body = _Body([], [], [])
        for key in keys:
            self._put(body, key)
        return _encode_body(body), keys

    def _put(self, body: _Body, key: Key) -> None:
        entry = self.entry(key)
        if isinstance(key, str) and isinstance(entry, Playbook):
            body.playbooks.append((key, entry.policy, entry.dry_run))
        elif isinstance(key, bytes) and isinstance(entry, Tally):
            body.tallies.append((key, entry.minutes))
        elif isinstance(key, bytes):
            body.plans.append((key, self._book.shelf.stored(key)))

    def restore(self, body: bytes) -> list[Key]:
        """Take over a row's entries; rows come oldest first."""
        row = _decode_body(body)
        for key, data in row.plans:
            self._book.shelf.restore(key, data)
        for key, minutes in row.tallies:
            self._book.tallies.by_key[key] = Tally(minutes)
        for name, policy, dry_run in row.playbooks:
            self._book.playbooks.by_name[name] = Playbook(policy, dry_run)
        names = [name for name, _, _ in row.playbooks]
        return [*(key for key, _ in row.plans), *(key for key, _ in row.tallies), *names]

    def expire(self) -> None:
        """Drop nothing: ended plans leave by their timers, tallies by the clock."""


def _broken_off(errand: Errand, result: Result) -> Reply:
    """A reply for an errand that raised or took too long.

    Asking must not keep a code from the user: without an answer the step goes on, but for one
    that needs what was to be looked up.
    """
    needs_contact = errand.step.do == "email" or errand.step.needs_consent
    failed: dict[str, Answer] = {"prepare": "no_contact" if needs_contact else "go"}
    return Reply(answer=failed.get(errand.kind, "unknown"), reason=result.end)
