"""Twilio's timestamps as epoch milliseconds, the only unit of time inside the pipeline."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
#: What ClickHouse's DateTime64(3) can hold, in epoch milliseconds.
_EARLIEST: Final = -2_208_988_800_000
_LATEST: Final = 10_413_791_999_999


def parse_time(text: object) -> int | None:
    """Epoch milliseconds (rounded down) of an ISO 8601 text, or None when it is none.

    A time without an offset is UTC, as everywhere in Twilio's payloads.
    """
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    milliseconds = (aware - _EPOCH) // _MILLISECOND
    return milliseconds if _EARLIEST <= milliseconds <= _LATEST else None
