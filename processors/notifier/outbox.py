"""Sends what waits: when, how often, and what is made of the answers."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from pipeline.items.alert import Notice
from processors.notifier.acknowledging import acknowledging
from processors.notifier.backoff import delay_ms
from processors.notifier.config import Config
from processors.notifier.entries import Incident, Letter, Shelf, Thread
from processors.notifier.hold import SEND, Circumstances, Verdict, is_alive
from processors.notifier.message import Answer, Message
from processors.notifier.told import Told, Watch, delivery_id
from processors.runtime.deeds import Deed, Result

#: Attempts under way on one channel: one that hangs takes no more of the worker.
_AT_ONCE: Final = 4
#: What is held back is looked at so often, for the configuration may have changed.
_LOOK_AGAIN_MS: Final = 60_000
#: For what a channel does around its own time-out.
_SLACK_S: Final = 5.0
_NO_TIME_S: Final = 30.0


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """When a message is given up, and how far apart notices of a group are."""

    max_attempts: int = 50
    max_age_ms: int = 24 * 3_600_000
    group_ms: int = 300_000


class Sending(msgspec.Struct, frozen=True):
    """What a deed is: a message to a channel. ``is_repeat`` says again what was sent before."""

    incident: str
    channel: str
    message: Message
    is_repeat: bool


class Outbox:
    """The letters of all threads, by the worker's clock."""

    def __init__(
        self, shelf: Shelf, told: Told, config: Callable[[], Config], limits: Limits, watch: Watch
    ) -> None:
        self._shelf = shelf
        self._told = told
        self._config = config
        self._limits = limits
        self._watch = watch
        self._flying: dict[tuple[str, str], Deed] = {}
        self._todo: list[Deed] = []
        self._due: int | None = 0
        self._is_stale = True

    def look_again(self) -> None:
        """Note that letters came or changed."""
        self._is_stale = True

    def take(self) -> list[Deed]:
        """Give the deeds to be done, once."""
        todo, self._todo = self._todo, []
        return todo

    def stands(self, deed: Deed) -> bool:
        """Whether a message that queued is still the newest."""
        what: Sending = deed.what
        thread = self._shelf.threads.get((what.incident, what.channel))
        return thread is not None and thread.waiting is None

    # -- time ----------------------------------------------------------------------------------

    def due(self) -> int | None:
        """When there is something to do (epoch ms)."""
        if self._is_stale:
            self._due = min(self._times(), default=None)
            self._is_stale = False
            self._report()
        return self._due

    def tick(self, now_ms: int) -> None:
        """Do what is due."""
        self._is_stale = True
        for thread in list(self._shelf.threads.values()):
            place = (thread.incident, thread.channel)
            if place in self._flying:
                continue
            if thread.sending:  # by a former owner, who could not say what came of it
                thread.knows = "maybe" if thread.knows == "nothing" else thread.knows
                self._give_back(thread, thread.sending, now_ms)
            if thread.waiting and thread.next_at <= now_ms and self._has_room(thread.channel):
                self._try(thread, thread.waiting, now_ms)
            elif not thread.waiting and 0 < thread.repeat_at <= now_ms:
                self._repeat(thread, now_ms)

    def _times(self) -> Iterator[int]:
        for place, thread in self._shelf.threads.items():
            if place in self._flying:
                continue
            if thread.sending:
                yield 0
            elif thread.waiting:
                if self._has_room(thread.channel):
                    yield thread.next_at
            elif thread.repeat_at:
                yield thread.repeat_at

    def _has_room(self, channel: str) -> bool:
        return sum(name == channel for _, name in self._flying) < _AT_ONCE

    def _report(self) -> None:
        waiting = [thread for thread in self._shelf.threads.values() if thread.waiting]
        free = [each.waiting.at for each in waiting if each.waiting and not each.hold]
        flying = [each.sending.at for each in self._shelf.threads.values() if each.sending]
        by_channel = Counter(thread.channel for thread in waiting)
        self._watch.waiting(dict(by_channel), min([*free, *flying], default=0))

    # -- going out -----------------------------------------------------------------------------

    def _try(self, thread: Thread, letter: Letter, now_ms: int) -> None:
        incident = self._shelf.incidents[thread.incident]
        verdict = self._judge(incident, thread, letter, now_ms)
        if verdict.what == "drop":
            thread.waiting = None
            self._told.say(thread, letter, "suppressed", now_ms, reason=verdict.reason)
            self._follow(incident, thread, now_ms)
        elif verdict.what == "hold":
            self._hold(thread, letter, verdict, now_ms)
            return
        else:
            thread.waiting, thread.sending, thread.hold = None, letter, None
            letter.attempts += 1
            letter.tried_at = letter.tried_at or now_ms
            self._begin(incident, thread, letter, now_ms, is_repeat=False)
        self._shelf.changed.add(thread.key)

    def _hold(self, thread: Thread, letter: Letter, verdict: Verdict, now_ms: int) -> None:
        thread.next_at = min(verdict.until, now_ms + _LOOK_AGAIN_MS)
        hold = (verdict.reason, verdict.until)
        if thread.hold != hold:
            thread.hold = hold
            self._told.say(
                thread, letter, "suppressed", now_ms, reason=verdict.reason, next_at=verdict.until
            )
            self._shelf.changed.add(thread.key)

    def _repeat(self, thread: Thread, now_ms: int) -> None:
        incident = self._shelf.incidents[thread.incident]
        channel = self._config().channel(thread.channel)
        if not is_alive(incident) or channel is None:
            thread.repeat_at = 0
        else:
            thread.repeat_at = now_ms + max(channel.repeat_s, 1) * 1000
            letter = Letter(number="repeat", transition="firing", key=incident.id, at=now_ms)
            if self._judge(incident, thread, letter, now_ms) == SEND:
                self._begin(incident, thread, letter, now_ms, is_repeat=True)
        self._shelf.changed.add(thread.key)

    def _judge(self, incident: Incident, thread: Thread, letter: Letter, now_ms: int) -> Verdict:
        silences = [each.silence for each in self._shelf.silences.values()]
        present = Circumstances(self._config(), silences, now_ms // 1000)
        return present.judge(incident, thread, letter)

    def _begin(
        self, incident: Incident, thread: Thread, letter: Letter, now_ms: int, *, is_repeat: bool
    ) -> None:
        about = incident.about
        if isinstance(about, Notice):
            about = msgspec.structs.replace(about, count=letter.count)
        message = Message(
            id=delivery_id(thread, letter),
            key=letter.key,
            transition=letter.transition,
            about=about,
            sent_at=now_ms // 1000,
            reference=thread.reference,
        )
        channel = self._config().channel(thread.channel)
        limit = channel.timeout_s + _SLACK_S if channel else _NO_TIME_S
        sending = Sending(thread.incident, thread.channel, message, is_repeat)
        deed = Deed(message.id, sending, limit)
        self._flying[thread.incident, thread.channel] = deed
        self._todo.append(deed)

    # -- coming back ---------------------------------------------------------------------------

    def learn(self, result: Result, now_ms: int) -> None:
        """Take an answer."""
        self._is_stale = True
        what: Sending = result.deed.what
        self._flying.pop((what.incident, what.channel), None)
        thread = self._shelf.threads.get((what.incident, what.channel))
        if thread is None or what.is_repeat or thread.sending is None:
            return  # what is said again and again needs no account
        if result.end == "withdrawn":
            thread.sending.attempts -= 1
            self._give_back(thread, thread.sending, now_ms)
        else:
            self._settle(thread, thread.sending, answer_of(result), now_ms)
        self._shelf.changed.add(thread.key)

    def _settle(self, thread: Thread, letter: Letter, answer: Answer, now_ms: int) -> None:
        if answer.end == "sent":
            self._sent(thread, letter, answer, now_ms)
            return
        thread.failures += 1
        if answer.may_have_arrived and thread.knows == "nothing":
            thread.knows = "maybe"
        if answer.end == "refused" or self._is_enough(letter, now_ms):
            thread.sending = None
            self._told.say(thread, letter, "failed", now_ms, reason=answer.reason)
            return
        place = f"{thread.incident}/{thread.channel}"
        thread.next_at = now_ms + delay_ms(thread.failures, place, answer.retry_after_s)
        self._give_back(thread, letter, now_ms, answer.reason)

    def _sent(self, thread: Thread, letter: Letter, answer: Answer, now_ms: int) -> None:
        thread.sending, thread.failures, thread.next_at = None, 0, 0
        self._told.say(thread, letter, "sent", now_ms)
        if letter.transition == "acknowledged":
            thread.acknowledgement = letter.number
        else:
            self._knows(thread, letter, answer, now_ms)

    def _knows(self, thread: Thread, letter: Letter, answer: Answer, now_ms: int) -> None:
        """Note what the receiver knows now, and tell it next that it is looked after."""
        is_resolved = letter.transition == "resolved"
        thread.knows = "nothing" if is_resolved else "yes"
        thread.reference = answer.reference or thread.reference
        incident = self._shelf.incidents[thread.incident]
        thread.told_severity = None if is_resolved else incident.about.severity
        if letter.transition == "notice":
            thread.next_at = now_ms + self._limits.group_ms
        channel = self._config().channel(thread.channel)
        repeat_s = channel.repeat_s if channel else 0
        thread.repeat_at = now_ms + repeat_s * 1000 if repeat_s and is_alive(incident) else 0
        self._follow(incident, thread, now_ms)

    def _follow(self, incident: Incident, thread: Thread, now_ms: int) -> None:
        channel = self._config().channel(thread.channel)
        if letter := acknowledging(incident, thread, channel, now_ms):
            thread.waiting = letter
            self._told.say(thread, letter, "pending", now_ms)

    def _give_back(self, thread: Thread, letter: Letter, now_ms: int, reason: str = "") -> None:
        """Have it wait again, unless there is a newer one."""
        thread.sending = None
        if thread.waiting is None:
            thread.waiting = letter
            self._told.say(thread, letter, "pending", now_ms, reason=reason, next_at=thread.next_at)
        else:
            why = "a later transition replaces it"
            self._told.say(thread, letter, "suppressed", now_ms, reason=why)
        self._shelf.changed.add(thread.key)

    def _is_enough(self, letter: Letter, now_ms: int) -> bool:
        too_old = now_ms - letter.tried_at >= self._limits.max_age_ms
        return too_old or letter.attempts >= self._limits.max_attempts


def answer_of(result: Result) -> Answer:
    """What came of it; what a channel raised, and a time-out of all, may pass."""
    value: Any = result.value
    if isinstance(value, Answer):
        return value
    if result.end == "timeout":
        return Answer(end="later", reason="timed out", may_have_arrived=True)
    return Answer(end="later", reason=result.error.split(" at ")[0], may_have_arrived=True)
