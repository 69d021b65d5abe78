"""Points in time as people type them."""

from datetime import UTC, datetime

from pipeline.errors import ConfigurationError


def moment(text: str, option: str) -> datetime:
    """A date or an ISO 8601 time, in UTC unless it says otherwise; ConfigurationError if none."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ConfigurationError(
            f"{option} takes a date or a time like 2026-11-23 or 2026-11-23T14:30:00Z, not {text!r}"
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
