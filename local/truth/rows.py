"""What the truth and ClickHouse both say about events and what they are about.

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
    """The outcome and dimensions of a message, or of an attempt with its Verify service."""

    account_sid: str
    service_sid: str
    channel: str
    country: str
    outcome: str
    error_code: int
    sent_ms: int | None
    finished_ms: int | None


class VerificationRow(NamedTuple):
    """A verification; ``channel`` is its first attempt's.

    ``status`` is pending where no end was told.
    """

    account_sid: str
    service_sid: str
    country: str
    channel: str
    status: str
    started_ms: int
    finished_ms: int | None
    channels: tuple[str, ...]
    attempts: int
    delivered_attempts: int


class CallRow(NamedTuple):
    """A call."""

    account_sid: str
    country: str
    outcome: str
    started_ms: int
    answered_ms: int | None
    ended_ms: int | None
    duration_s: int


class ErrorRow(NamedTuple):
    """An entry of the error log."""

    account_sid: str
    event_ms: int
    error_code: int
    level: str
    product: str
    resource_sid: str
    correlation_sid: str


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


class FunnelKey(NamedTuple):
    """Which cell of the 60 s windows of the Verify funnel."""

    window_start: int
    account_sid: str
    service_sid: str
    country: str
    channel: str


class FunnelCounts(NamedTuple):
    """What such a cell counts; an open verification expires by time alone, so these are one."""

    started: int
    approved: int
    canceled: int
    max_attempts: int
    pending_or_expired: int
    delivered: int
    attempts: int
    repeated: int
