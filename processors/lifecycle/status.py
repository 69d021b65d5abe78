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


#: All terminal statuses, and those that say it did not arrive.
TERMINAL: Final = bit(DELIVERED) | bit(UNDELIVERED) | bit(FAILED) | bit(CANCELED)
NEGATIVE: Final = TERMINAL ^ bit(DELIVERED)
