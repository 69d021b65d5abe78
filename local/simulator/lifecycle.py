"""The steps a message goes through, including the odd ones that real traffic shows."""

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from local.simulator.fate import Fate
from local.simulator.message import Message
from local.simulator.timing import Timing

Status = Literal[
    "queued",
    "sent",
    "delivered",
    "undelivered",
    "failed",
    "read",
    "pending",
    "approved",
    "canceled",
    "expired",
    "max_attempts_reached",
]

_QUEUED_SHARE: Final = 0.3
_UNSENT_FAILURES: Final = 0.6  # failed before it left Twilio: no sent event
_MISSING_SENT_SHARE: Final = 0.005
_CONTRADICTION_SHARE: Final = 0.003
_READ_SHARE: Final = 0.5
_QUEUE_MS: Final = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One status at one time (epoch milliseconds)."""

    status: Status
    time: int
    error_code: int = 0


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Draws the steps of messages."""

    timing: Timing
    random: Random

    def steps(self, message: Message, fate: Fate, start: int) -> list[Step]:
        """All steps of one message that is handed to Twilio at ``start``."""
        queued = [Step("queued", start)]
        if fate.ending == "held":
            return queued
        first = queued if self._happens(_QUEUED_SHARE) else []
        sent = Step("sent", start + self.random.randrange(1, _QUEUE_MS))
        if fate.ending == "silent":
            return [*first, sent]
        end = self._end(message, fate, sent.time)
        shown = [sent] if self._sent_is_shown(fate) else []
        return [*first, *shown, *end]

    def _end(self, message: Message, fate: Fate, sent_at: int) -> list[Step]:
        latency = self.timing.draw_latency(message.country.latency_ms, self.random)
        done = sent_at + max(latency, 1)
        if fate.ending == "delivered":
            steps = [Step("delivered", done)]
        elif fate.ending == "undelivered":
            steps = [Step("undelivered", done, fate.error_code)]
        else:
            steps = [Step("failed", sent_at + 1 + latency // 10, fate.error_code)]
        return steps + self._contradiction(steps[0]) + self._reading(message, steps[0])

    def _contradiction(self, step: Step) -> list[Step]:
        """Carriers sometimes report twice and differently, now and then in the same moment."""
        if not self._happens(_CONTRADICTION_SHARE):
            return []
        time = step.time + self.random.choice((0, 150, 900))
        if step.status == "delivered":
            return [Step("undelivered", time, 30008)]
        return [Step("delivered", time)]

    def _reading(self, message: Message, step: Step) -> list[Step]:
        can_be_read = message.channel in {"whatsapp", "rcs"} and step.status == "delivered"
        if not (can_be_read and self._happens(_READ_SHARE)):
            return []
        return [Step("read", step.time + self.timing.draw_latency(1_000, self.random))]

    def _sent_is_shown(self, fate: Fate) -> bool:
        missing = _UNSENT_FAILURES if fate.ending == "failed" else _MISSING_SENT_SHARE
        return not self._happens(missing)

    def _happens(self, share: float) -> bool:
        return self.random.random() < share
