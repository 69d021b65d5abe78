"""What one event says of a verification."""

import msgspec

from processors.lifecycle.dimensions import Dimensions


class Sending(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An attempt to send the code; ``time`` (epoch ms, 0 is not told) is the first word of it."""

    time: int
    sid: str
    channel: str


class Report(msgspec.Struct, frozen=True, gc=False):
    """Times in epoch ms; ``started_at`` is 0 and ``status`` empty where the event tells neither.

    ``dims`` has account, service and country. ``delivered``: one of its attempts was.
    """

    sid: str
    time: int
    dims: Dimensions
    status: str = ""
    started_at: int = 0
    sendings: tuple[Sending, ...] = ()
    count: int = 0
    delivered: bool = False
