"""Which window a delivery counts in, and which cell of it.

It belongs to the window in which it was sent. What failed or was canceled may never have been
sent: its end is its window. A delivery, a non-delivery or a reading, however, implies that it
was sent. Without a word of that, either the word is still to come (events overtake each other)
or the message is older than the state's horizon and has long been counted: so it waits, in no
window, and what still waits when the horizon passes is counted as late. Where Twilio is not
asked for sending (``needs_sent`` is false), the end is the window of those, too.
"""

from typing import Final, Literal

from pipeline.memo import Memo
from pipeline.sketch import bucket_of
from pipeline.twilio.error_classes import error_class_of
from processors.lifecycle.cell import FULL, WINDOW_MS, Contribution
from processors.lifecycle.delivery import Delivery
from processors.lifecycle.status import DELIVERED, FAILED, UNDELIVERED

Product = Literal["messaging", "verify", "voice"]

READ_COUNTER: Final = 5
COUNTERS: Final = 6
_OF_OUTCOME: Final = ((0,), (1,), (2,), (3,), (4,))
_DELIVERED_AND_READ: Final = (DELIVERED, READ_COUNTER)
_NAME_CODES: Final = (UNDELIVERED, FAILED)
_CLASSES: Final = Memo(error_class_of, 4_096)
_BUCKETS: Final = Memo(bucket_of)

#: Why a call did not get through where Twilio has no error code: SIP's busy and no answer.
BUSY: Final = 486
NO_ANSWER: Final = 480
_CALL_CLASSES: Final = {BUSY: "busy", NO_ANSWER: "no_answer"}


def class_of(code: int) -> str:
    """The class of an error, or why a call did not get through."""
    return (_CALL_CLASSES.get(code) or _CLASSES[code]) if code else ""


class Placement:
    """Places deliveries; ``needs_sent`` is explained above."""

    def __init__(self, *, needs_sent: bool) -> None:
        self._needs_sent = needs_sent

    def window_time(self, delivery: Delivery) -> int:
        """The time that picks the window in epoch ms; 0 while there is none."""
        if delivery.sent_at:
            return delivery.sent_at
        if self._needs_sent and not delivery.never_left:
            return 0
        return delivery.finished_at

    def anchor(self, delivery: Delivery) -> int:
        """The time by which the state ages, in epoch ms."""
        return (
            self.window_time(delivery)
            or delivery.terminal_at
            or delivery.read_at
            or delivery.queued_at
        )

    def contribution(self, delivery: Delivery, cutoff: int) -> Contribution | None:
        """Where it counts now; None while it is in no window from ``cutoff`` on."""
        sent_at = delivery.sent_at
        time = sent_at or self.window_time(delivery)
        start = time - time % WINDOW_MS
        if not time or start < cutoff:
            return None
        rank, read_at = delivery.rank, delivery.read_at
        if rank != DELIVERED and not read_at:
            code = delivery.code
            key = (start, delivery.dims, class_of(code) if code else "", FULL, False)
            named = code if code and rank in _NAME_CODES and code not in _CALL_CLASSES else 0
            return Contribution(key, _OF_OUTCOME[rank], None, named)
        counters = _DELIVERED_AND_READ if read_at else _OF_OUTCOME[DELIVERED]
        latency = (delivery.delivered_at or read_at) - sent_at
        bucket = _BUCKETS[latency] if sent_at else None
        return Contribution((start, delivery.dims, "", FULL, False), counters, bucket)
