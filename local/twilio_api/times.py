"""Epoch milliseconds as Twilio's products write them, and back."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime


def iso(time_ms: int) -> str:
    """As Verify and Events do: ``2026-01-01T00:00:05Z``."""
    return f"{datetime.fromtimestamp(time_ms // 1_000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def rfc2822(time_ms: int) -> str:
    """As the API of 2010 does: ``Thu, 01 Jan 2026 00:00:05 +0000``."""
    return format_datetime(datetime.fromtimestamp(time_ms // 1_000, UTC))


def begin(text: str) -> int:
    """The first millisecond of the day or second that a filter names."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1_000)


def end(text: str) -> int:
    """The last millisecond of the day or second that a filter names."""
    length = timedelta(days=1) if len(text) == len("2026-01-01") else timedelta(seconds=1)
    return begin(text) + int(length.total_seconds() * 1_000) - 1
