"""A verification's state: the join over its own events and those of its attempts."""

from typing import Final

import msgspec

from processors.lifecycle.dimensions import DIMENSIONS, Dimensions, joined
from processors.lifecycle.verify.report import Report, Sending

PENDING: Final = 0
APPROVED: Final = 1
CANCELED: Final = 2
EXPIRED: Final = 3
MAX_ATTEMPTS: Final = 4
NAMES: Final = ("pending", "approved", "canceled", "expired", "max_attempts_reached")
_ENDS: Final = {name: state for state, name in enumerate(NAMES) if state > APPROVED}
#: Twilio allows five; more are not kept, however many an event names.
_MOST_SENDINGS: Final = 16


class Verification(msgspec.Struct, array_like=True, gc=False):
    """``ended_at`` and ``end`` are the latest end that is no approval, 0 where there is none.

    ``expired`` is set when its lifetime has passed; any end that Twilio tells takes precedence.
    ``sendings`` are in order of their SIDs. ``told`` is the set of states whose coming was told,
    one bit each; that of ``PENDING`` says that an outcome of one of its attempts was. ``row``
    belongs to the runtime.
    """

    sid: str
    dims: Dimensions
    started_at: int = 0
    approved_at: int = 0
    ended_at: int = 0
    end: int = PENDING
    expired: bool = False
    delivered: bool = False
    sendings: tuple[Sending, ...] = ()
    count: int = 0
    told: int = 0
    row: int = 0

    def merge(self, report: Report) -> None:
        """Join in what one event said."""
        self.dims = joined(self.dims, report.dims)
        self.started_at = _earlier(self.started_at, report.started_at)
        self.delivered |= report.delivered
        self.count = max(self.count, report.count)
        if report.sendings:
            self.sendings = _joined(self.sendings, report.sendings)
        if report.status == NAMES[APPROVED]:
            self.approved_at = _earlier(self.approved_at, report.time)
        elif end := _ENDS.get(report.status):
            self.ended_at, self.end = max((self.ended_at, self.end), (report.time, end))

    @property
    def state(self) -> int:
        """What it has come to: an approval stands, whatever else was told."""
        if self.approved_at:
            return APPROVED
        return self.end or (EXPIRED if self.expired else PENDING)

    @property
    def is_news(self) -> bool:
        """Whether it has ended in a way that those who heard of its attempts don't know of."""
        return bool(self.told and self.state and not self.told >> self.state & 1)

    def tell(self, state: int) -> None:
        """Remember that this state was told."""
        self.told |= 1 << state

    @property
    def attempts(self) -> int:
        """How many codes were sent."""
        return min(max(len(self.sendings), self.count), _MOST_SENDINGS)

    @property
    def first(self) -> Dimensions:
        """Its dimensions with the channel of its first attempt; one without a time is the last."""
        own = self.dims
        first = min(self.sendings, key=_order, default=None)
        channel = first.channel if first else ""
        return DIMENSIONS[own.account_sid, own.service_sid, channel, own.country, "", ""]

    @property
    def anchor(self) -> int:
        """The time by which the state ages, in epoch ms; 0 while no time is known."""
        times = (each.time for each in self.sendings if each.time)
        return self.started_at or min(times, default=0) or self.approved_at or self.ended_at


def _order(sending: Sending) -> tuple[bool, int, str]:
    return not sending.time, sending.time, sending.sid


def _joined(one: tuple[Sending, ...], two: tuple[Sending, ...]) -> tuple[Sending, ...]:
    """Join by SID: the earliest time told, the greater channel."""
    found = {each.sid: each for each in one}
    for each in two:
        own = found.get(each.sid, each)
        time = _earlier(own.time, each.time) if each.time else own.time
        found[each.sid] = Sending(time, each.sid, max(own.channel, each.channel))
    return tuple(found[sid] for sid in sorted(found)[:_MOST_SENDINGS])


def _earlier(one: int, other: int) -> int:
    return min(one, other) if one and other else one or other
