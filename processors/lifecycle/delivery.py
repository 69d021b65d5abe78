"""The state of a message, a verification attempt or a call: the join over all its events.

Every field moves one way only (a minimum, a maximum, a union), so merging is commutative,
associative and idempotent: any order and repetition give the same state. A time of 0 means
"not seen".
"""

from typing import Final

import msgspec

from processors.lifecycle.dimensions import Dimensions, joined
from processors.lifecycle.receipt import Receipt
from processors.lifecycle.status import (
    DELIVERED,
    FAILED,
    QUEUED,
    READ,
    SENT,
    UNKNOWN,
    bit,
)

#: More digits would not fit into 64 bits.
_TOO_LARGE: Final = 10**18
_FALLBACK: Final = bit(UNKNOWN)
_ARRIVED: Final = bit(DELIVERED) | bit(READ)
_BEYOND_QUEUED: Final = 255 - bit(UNKNOWN) - bit(QUEUED)


class Delivery(msgspec.Struct, array_like=True, gc=False):
    """``terminal_at``, ``rank`` and ``code`` are the latest terminal event's, by that order.

    ``seen`` is the set of statuses told, one bit each. ``queued_at`` is kept while it is all that
    is known. ``to`` and ``tags`` serve those who act on a failure; they go once it is delivered
    (``to`` as first told, a plain number as an integer).
    ``lag_s`` is how long after ``sent_at`` the first word of it came. ``told`` are the outcomes
    announced. ``wait_ms`` is how long after the first word no receipt is silence; 0 is never.
    ``row`` belongs to the runtime (the last changelog row that holds this state).
    """

    sid: str
    dims: Dimensions
    to: int | str = ""
    tags: str = ""
    queued_at: int = 0
    sent_at: int = 0
    delivered_at: int = 0
    read_at: int = 0
    terminal_at: int = 0
    rank: int = UNKNOWN
    code: int = 0
    seen: int = 0
    lag_s: int = 0
    told: int = 0
    verification_sid: str = ""
    row: int = 0
    wait_ms: int = 0

    def merge(self, receipt: Receipt, received_at: int) -> None:
        """Join in what one event said, received at an epoch ms."""
        status, time, seen = receipt.status, receipt.time, self.seen
        if receipt.dims is not self.dims:
            self.dims = joined(self.dims, receipt.dims)
        if status == SENT:
            self._merge_sent(time, received_at)
        elif status != QUEUED:
            self._merge_end(status, time, receipt.error_code)
        elif not seen & _BEYOND_QUEUED:
            self.queued_at = _earlier(self.queued_at, time)
        seen = self.seen = seen | 1 << status
        if self.queued_at and seen & _BEYOND_QUEUED:
            self.queued_at = 0
        if receipt.verification_sid:
            self._merge_verification(receipt)
        if seen & _ARRIVED and (self.rank == DELIVERED or self.read_at) and not self.told:
            if self.to or self.tags:
                self.to = self.tags = ""
        elif not self.to or self.tags != receipt.tags:
            self._merge_contact(receipt)

    def _merge_sent(self, time: int, received_at: int) -> None:
        heard_s, sent_at = received_at // 1000, self.sent_at
        if sent_at:
            heard_s = min(heard_s, sent_at // 1000 + self.lag_s)
            time = min(time, sent_at)
        self.sent_at = time
        self.lag_s = max(heard_s - time // 1000, 0)

    def _merge_contact(self, receipt: Receipt) -> None:
        self.to = self.to or receipt.to
        if self.tags != receipt.tags:
            self.tags = max(self.tags, receipt.tags)

    def _merge_end(self, status: int, time: int, code: int) -> None:
        if status == READ:
            self.read_at = _earlier(self.read_at, time)
            return
        if status == DELIVERED:
            known = self.delivered_at
            self.delivered_at = min(known, time) if known else time
        if self.rank:
            last = (self.terminal_at, self.rank, self.code)
            self.terminal_at, self.rank, self.code = max(last, (time, status, code))
        else:
            self.terminal_at, self.rank = time, status
            if code:
                self.code = code

    def _merge_verification(self, receipt: Receipt) -> None:
        self.verification_sid = max(self.verification_sid, receipt.verification_sid)
        if receipt.has_fallback:
            self.seen |= _FALLBACK

    def pack(self) -> None:
        """Hold the recipient's address in half the memory, if it is a plain number."""
        to = self.to
        if to and isinstance(to, str):
            self.to = _packed(to)

    def knows(self, receipt: Receipt) -> bool:
        """Whether the event says what an earlier one said: it was delivered twice."""
        status, time = receipt.status, receipt.time
        if not self.seen >> status & 1:
            return False
        if status == SENT:
            return self.sent_at == time
        if status == QUEUED:
            return self.queued_at in (0, time)
        if status == READ:
            return self.read_at == time
        return time in (self.terminal_at, self.delivered_at)

    @property
    def outcome(self) -> int:
        """``DELIVERED`` once read, else the latest terminal status, else ``UNKNOWN``."""
        return DELIVERED if self.read_at else self.rank

    @property
    def finished_at(self) -> int:
        """When the outcome came about, in epoch ms; 0 while it is unknown."""
        if self.outcome == DELIVERED:
            return self.delivered_at or self.read_at
        return self.terminal_at

    @property
    def recipient(self) -> str:
        """The recipient's address, if still kept."""
        return f"+{self.to}" if isinstance(self.to, int) else self.to

    @property
    def has_fallback(self) -> bool:
        """Whether Twilio said that it goes on with another channel by itself."""
        return bool(self.seen & _FALLBACK)

    @property
    def never_left(self) -> bool:
        """Whether it failed or was canceled without having been sent, as far as is known."""
        return self.rank >= FAILED and not (self.sent_at or self.read_at)


def _packed(address: str) -> int | str:
    try:
        number = int(address)
    except ValueError:
        return address
    return number if number < _TOO_LARGE and address == f"+{number}" else address


def _earlier(one: int, other: int) -> int:
    return min(one, other) if one else other
