"""A message's state: the join over all its events, whatever their order and repetition.

Every field only ever moves one way (a minimum, a maximum), so merging is commutative,
associative and idempotent. A time of 0 means "not seen".
"""

from typing import Final

import msgspec

from pipeline.twilio.error_classes import ErrorClass, error_class_of

#: Terminal statuses by rank: of two at the same instant the later in this list counts.
TERMINAL_RANKS: Final = {"delivered": 1, "undelivered": 2, "failed": 3, "canceled": 4}
STATUSES: Final = frozenset({"queued", "sent", "read", *TERMINAL_RANKS})
UNKNOWN: Final = "unknown"
_NAMES: Final = (UNKNOWN, *TERMINAL_RANKS)
_DELIVERED: Final = 1


class MessageEvent(msgspec.Struct, frozen=True, gc=False):
    """What one event says of its message; ``time`` in epoch ms, ``status`` one of STATUSES."""

    message_sid: str
    status: str
    time: int
    error_code: int
    account_sid: str
    service_sid: str
    channel: str
    country: str


class Message(msgspec.Struct, array_like=True, gc=False):
    """The joined state; ``terminal_*`` is the latest terminal event by (time, rank, code).

    ``row`` belongs to the runtime (the last changelog row that holds this state).
    """

    message_sid: str
    account_sid: str = ""
    service_sid: str = ""
    channel: str = ""
    country: str = ""
    queued_at: int = 0
    sent_at: int = 0
    delivered_at: int = 0
    read_at: int = 0
    terminal_at: int = 0
    terminal_rank: int = 0
    terminal_code: int = 0
    row: int = 0

    def merge(self, event: MessageEvent) -> None:
        """Join one event into this state."""
        self._merge_dimensions(event)
        status, time = event.status, event.time
        if status == "sent":
            self.sent_at = _earlier(self.sent_at, time)
        elif status == "queued":
            self.queued_at = _earlier(self.queued_at, time)
        elif status == "read":
            self.read_at = _earlier(self.read_at, time)
        else:
            self._merge_terminal(TERMINAL_RANKS[status], time, event.error_code)

    def _merge_dimensions(self, event: MessageEvent) -> None:
        """Take the greater text; events of one message hardly ever disagree, but some lack one."""
        self.account_sid = max(self.account_sid, event.account_sid)
        self.service_sid = max(self.service_sid, event.service_sid)
        self.channel = max(self.channel, event.channel)
        self.country = max(self.country, event.country)

    def _merge_terminal(self, rank: int, time: int, code: int) -> None:
        if rank == _DELIVERED:
            self.delivered_at = _earlier(self.delivered_at, time)
        known = (self.terminal_at, self.terminal_rank, self.terminal_code)
        latest = max(known, (time, rank, code))
        self.terminal_at, self.terminal_rank, self.terminal_code = latest

    @property
    def outcome(self) -> str:
        """``delivered`` once read, else the latest terminal status, else ``unknown``."""
        return _NAMES[self.outcome_rank]

    @property
    def outcome_rank(self) -> int:
        """The outcome's place in (unknown, delivered, undelivered, failed, canceled)."""
        return _DELIVERED if self.read_at else self.terminal_rank

    @property
    def finished_at(self) -> int:
        """When the outcome came about, in epoch ms; 0 while it is unknown."""
        if self.outcome_rank == _DELIVERED:
            return self.delivered_at or self.read_at
        return self.terminal_at

    @property
    def error_class(self) -> ErrorClass:
        """The class of the error of an outcome that is not ``delivered``."""
        return "" if self.outcome_rank == _DELIVERED else error_class_of(self.terminal_code)

    @property
    def latency_ms(self) -> int | None:
        """From sent to delivered, at least 0; None unless both are known."""
        if self.outcome_rank != _DELIVERED or not self.sent_at:
            return None
        return max(self.finished_at - self.sent_at, 0)

    @property
    def window_time(self) -> int:
        """The time that picks its window: sent, else finished; 0 while it is only queued."""
        return self.sent_at or self.finished_at

    @property
    def anchor(self) -> int:
        """The time by which the state ages, in epoch ms."""
        return self.window_time or self.queued_at


def _earlier(known: int, time: int) -> int:
    return min(known, time) if known else time
