"""Alerts to tell, and a notifier without Kafka: a fold, a clock, and receivers that do as told."""

from collections.abc import Callable
from typing import Any

import msgspec

from pipeline.items.alert import (
    Acknowledgement,
    Alert,
    AlertItem,
    Notice,
    Severity,
    Silence,
    State,
    TopCode,
)
from pipeline.items.alert_delivery import AlertDelivery
from pipeline.records import join
from pipeline.topics import ALERT_DELIVERIES
from processors.notifier.config import Config
from processors.notifier.fold import NotifierFold
from processors.notifier.message import SENT, Answer, Message
from processors.notifier.outbox import Limits
from processors.runtime.deeds import Deed, Result
from processors.runtime.fold import SourceRecord
from processors.runtime.partition import PartitionState

START = 1_760_000_000_000  # 2025-10-09 08:53:20 UTC, a Thursday
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
SENT_AT_ONCE = Limits(max_attempts=5, max_age_ms=HOUR, group_ms=5 * MINUTE)


def alert(
    state: State = "firing", transition: int = 1, name: str = "i1", **changes: object
) -> Alert:
    at = START // 1000
    made = Alert(
        id=name,
        state=state,
        kind="failures",
        severity="page",
        at=at,
        slice={"account_sid": "AC1", "country": "DE"},
        title="failures 42.0% instead of 5.0%: country DE",
        reason="",
        started_at=at - 300,
        fired_at=at,
        resolved_at=at + 900 if state == "resolved" else 0,
        usual_rate=0.05,
        rate=0.42,
        rate_low=0.38,
        rate_high=0.46,
        messages=600,
        affected=222,
        codes=[TopCode(30003, "Unreachable destination handset", "transient", 200)],
        likely="carrier",
        suggestion="Check the status page.",
        sql="SELECT 1",
        children=["account_sid=AC1,channel=sms,country=DE,carrier=26201", "MG1 elsewhere"],
        siblings=[],
        evidence=20.5,
        threshold=12.0,
        transition=transition,
    )
    return msgspec.structs.replace(made, **changes)


def notice(number: int, count: int = 1, **changes: object) -> Notice:
    made = Notice(
        id=f"notice:{number}",
        rule="account suspended",
        severity="page",
        at=START // 1000 + number,
        account_sid="AC1",
        service_sid="MG1",
        code=30002,
        name="Account suspended",
        count=count,
        sql="SELECT 2",
    )
    return msgspec.structs.replace(made, **changes)


def acknowledgement(name: str = "i1") -> Acknowledgement:
    return Acknowledgement(id="act", alert_id=name, at=START // 1000, by="somebody")


def silence(minutes: float, where: dict[str, str] | None = None, since: int = START) -> Silence:
    """Until so many minutes after START."""
    until = (START + int(minutes * MINUTE)) // 1000
    return Silence(
        id="s1", at=since // 1000, by="x", since=since // 1000, until=until, where=where or {}
    )


def config_of(*names: str, severity: Severity | None = None, **more: object) -> Config:
    """Everything to these channels."""
    channels = [{"type": "log", "name": name} for name in names]
    route = {"channels": names, **({"severity": severity} if severity else {}), **more}
    return msgspec.convert({"channels": channels, "routes": [route]}, Config)


class Counting:
    """An observer that remembers what it heard."""

    def __init__(self) -> None:
        self.states: list[tuple[str, str]] = []
        self.pending: dict[str, int] = {}
        self.oldest_at = 0

    def told(self, channel: str, state: str, attempts: int) -> None:
        del attempts
        self.states.append((channel, state))

    def waiting(self, by_channel: dict[str, int], oldest_at: int) -> None:
        self.pending, self.oldest_at = by_channel, oldest_at


Reply = Callable[[str, Message], Answer | None]


class Stage:
    """One notifier after the other on one partition; what it writes outlives it."""

    def __init__(self, config: Config, reply: Reply | None = None) -> None:
        self.config = config
        self.reply = reply or (lambda *_: SENT)
        self.now = START
        self.offset = -1
        self.got: list[tuple[str, str, str]] = []  # channel, transition, key
        self.messages: list[Message] = []
        self.told: list[AlertDelivery] = []
        self.watch = Counting()
        self.held: list[Deed] = []
        self.rows: list[Any] = []
        self.begin()

    def begin(self) -> None:
        """A new owner takes over what was written; what was under way is lost."""
        self.fold = NotifierFold(ALERT_DELIVERIES, lambda: self.config, SENT_AT_ONCE, self.watch)
        self.state = PartitionState("twilio.alerts", 0, self.fold, 1)
        self.state.restore(self.rows)
        self.held = []

    def hear(self, *items: AlertItem, at: int | None = None) -> None:
        """A record comes, told now or ``at``; it is flushed before anything else happens."""
        self.offset += 1
        value = join(msgspec.json.encode(item) for item in items)
        self.state.apply(SourceRecord(self.offset, self.now if at is None else at, value))
        self.work()

    def wait(self, milliseconds: int) -> None:
        """Let time pass, doing what becomes due on the way."""
        end = self.now + milliseconds
        while (due := self.fold.due()) is not None and due <= end:
            self.now = max(due, self.now)
            self.fold.advance(self.now)
            self.work()
        self.now = end
        self.work()

    def work(self) -> None:
        """Tick and flush and send until nothing is due; ``None`` of a receiver is no answer yet."""
        for _ in range(100):
            due = self.fold.due()
            if due is not None and due <= self.now:
                self.fold.tick(self.now)
            flush = self.state.flush()
            if flush is None:
                return
            self.rows.append(flush.row)
            self.told += [
                msgspec.json.decode(item.value, type=AlertDelivery) for item in flush.announcements
            ]
            for deed in flush.deeds:
                self.perform(deed)
        raise AssertionError("it never comes to rest")

    def perform(self, deed: Deed) -> None:
        if not self.fold.stands(deed):
            self.fold.learn(Result(deed, "withdrawn"), self.now)
            return
        message: Message = deed.what.message
        answer = self.reply(deed.what.channel, message)
        if answer is None:
            self.held.append(deed)
            return
        if answer.end == "sent":
            self.got.append((deed.what.channel, message.transition, message.key))
            self.messages.append(message)
        self.fold.learn(Result(deed, "done", answer), self.now)

    def answer(self, answer: Answer) -> None:
        """Give the oldest attempt under way its answer."""
        deed = self.held.pop(0)
        if answer.end == "sent":
            message: Message = deed.what.message
            self.got.append((deed.what.channel, message.transition, message.key))
        self.fold.learn(Result(deed, "done", answer), self.now)
        self.work()

    def states(self, channel: str) -> list[tuple[str, str, str]]:
        """What was told of a channel: (transition, state, reason)."""
        return [(t.transition, t.state, t.reason) for t in self.told if t.channel == channel]
