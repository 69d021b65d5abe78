"""Delivery statuses as small numbers: terminal ones by rank, as everywhere in the product.

Of two terminal statuses at the same instant the one with the higher rank counts.
"""

from typing import Final

UNKNOWN: Final = 0
DELIVERED: Final = 1
UNDELIVERED: Final = 2
FAILED: Final = 3
CANCELED: Final = 4
QUEUED: Final = 5
SENT: Final = 6
READ: Final = 7

STATUSES: Final = {
    "delivered": DELIVERED,
    "undelivered": UNDELIVERED,
    "failed": FAILED,
    "canceled": CANCELED,
    "queued": QUEUED,
    "sent": SENT,
    "read": READ,
}


def bit(status: int) -> int:
    """The status as one bit of a set of statuses."""
    return 1 << status


_NEGATIVE: Final = bit(UNDELIVERED) | bit(FAILED) | bit(CANCELED)
_TERMINAL: Final = _NEGATIVE | bit(DELIVERED)


def _contradictory(seen: int) -> bool:
    return (seen & _TERMINAL).bit_count() > 1 or bool(seen & bit(READ) and seen & _NEGATIVE)


#: By set of statuses: whether there is more than one terminal, or a reading and a failure.
CONTRADICTORY: Final = tuple(_contradictory(seen) for seen in range(1 << 8))
