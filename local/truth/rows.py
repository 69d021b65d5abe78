"""What the truth and ClickHouse both say about an event, a message and a window cell.

Times are epoch milliseconds, ``window_start`` is epoch seconds.
"""

from typing import NamedTuple


class EventRow(NamedTuple):
    """An event by its meaning."""

    event_type: str
    subject_sid: str
    event_ms: int
    status: str
    error_code: int


class MessageRow(NamedTuple):
    """A message's outcome and dimensions."""

    account_sid: str
    messaging_service_sid: str
    channel: str
    country: str
    outcome: str
    error_code: int
    sent_ms: int | None
    finished_ms: int | None


class CellKey(NamedTuple):
    """Which cell of the 60 s windows."""

    window_start: int
    account_sid: str
    product: str
    channel: str
    service_sid: str
    country: str
    error_class: str


class CellCounts(NamedTuple):
    """What a cell counts."""

    sent: int
    delivered: int
    undelivered: int
    failed: int
    canceled: int
    unknown: int
