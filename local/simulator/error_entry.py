"""One entry of Twilio's error log."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEntry:
    """``sid`` is the event's id; ``resource_sid`` is the message or call it names."""

    sid: str
    account_sid: str
    time: int
    error_code: int
    level: str
    product: str
    resource_sid: str
    correlation_sid: str
