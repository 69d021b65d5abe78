"""Which HTTP status goes with which ClickHouse error code."""

from __future__ import annotations

from typing import Final

_BAD_REQUEST: Final = (
    *(6, 8, 15, 25, 26, 27, 36, 38, 41, 44, 53, 62, 72, 117),
    *(167, 168, 271, 321, 376, 427, 457, 675, 676),
)
_NOT_FOUND: Final = (46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 336)
_FORBIDDEN: Final = (164, 192, 193, 497, 512, 516)
_OTHERS: Final = {48: 501, 76: 503, 159: 408, 194: 401, 209: 503, 229: 413, 439: 503}

_STATUS: Final = (
    dict.fromkeys(_BAD_REQUEST, 400)
    | dict.fromkeys(_NOT_FOUND, 404)
    | dict.fromkeys(_FORBIDDEN, 403)
    | _OTHERS
)


def http_status(code: int) -> int:
    """500 for all codes that ClickHouse gives no status of their own."""
    return _STATUS.get(code, 500)
