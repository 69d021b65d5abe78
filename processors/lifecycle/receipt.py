"""What one event says of a delivery: a message, a verification attempt or a call."""

import msgspec

from processors.lifecycle.dimensions import Dimensions


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """``time`` in epoch ms, ``status`` a number of ``status``; ``tags`` is JSON or empty.

    ``verification_sid`` and ``has_fallback`` are Verify's.
    """

    sid: str
    status: int
    time: int
    error_code: int
    dims: Dimensions
    to: str = ""
    tags: str = ""
    verification_sid: str = ""
    has_fallback: bool = False
