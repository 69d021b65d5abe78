"""Queries that show people the evidence; values are quoted, and people run them."""

from typing import Final

from processors.alerts.ages import MINUTE_S
from processors.alerts.cells import CONVERSION
from processors.alerts.slices import DIMENSIONS, Leaf

_BEFORE_S: Final = 3600
_NOT_IN_FUNNEL: Final = frozenset({"product", "carrier", "sender_type"})
_COUNTS: Final = (
    "sum(sent) AS sent, sum(delivered) AS delivered, "
    "sum(undelivered + failed) AS failed, sum(unknown) AS unknown"
)
_FUNNEL_COUNTS: Final = "sum(started) AS started, sum(approved) AS approved"
#: View, id, time it ended, service's column (calls have none).
_SUBJECTS: Final = {
    "messaging": ("messages", "message_sid", "finished_at", "messaging_service_sid"),
    "verify": ("verify_attempts", "attempt_sid", "finished_at", "service_sid"),
    "voice": ("calls", "call_sid", "ended_at", ""),
}


def windows_sql(fixed: dict[str, str], started: int, minute: int) -> str:
    """Minute by minute, from an hour before the start; minutes are since the epoch."""
    funnel = fixed.get("product") == CONVERSION
    wanted = {k: v for k, v in fixed.items() if not funnel or k not in _NOT_IN_FUNNEL}
    conditions = [f"{name} = {_quoted(value)}" for name, value in wanted.items()]
    conditions += [
        "window_seconds = 60",
        f"window_start >= toDateTime({started * MINUTE_S - _BEFORE_S}, 'UTC')",
        f"window_start <= toDateTime({minute * MINUTE_S}, 'UTC')",
    ]
    counts = _FUNNEL_COUNTS if funnel else _COUNTS
    view = "verify_funnel" if funnel else "delivery_windows_by_carrier"
    return (
        f"SELECT window_start, {counts} FROM {view} WHERE {' AND '.join(conditions)} "  # noqa: S608  values are quoted; people run it
        "GROUP BY window_start ORDER BY window_start"
    )


def failures_sql(leaf: Leaf, code: int, since_s: int) -> str:
    """The messages, attempts or calls of an account and service that failed with a code."""
    values = dict(zip(DIMENSIONS, leaf, strict=True))
    view, sid, ended, service = _SUBJECTS.get(values["product"], _SUBJECTS["messaging"])
    conditions = [f"account_sid = {_quoted(values['account_sid'])}"]
    if service and values["service_sid"]:
        conditions.append(f"{service} = {_quoted(values['service_sid'])}")
    conditions += [
        f"error_code = {code}",
        "outcome IN ('undelivered', 'failed', 'busy', 'no-answer')",
        f"{ended} >= toDateTime({since_s}, 'UTC')",
    ]
    return (
        f"SELECT {sid}, {ended}, country, to_masked FROM {view} "  # noqa: S608  values are quoted; people run it
        f"WHERE {' AND '.join(conditions)} ORDER BY {ended} LIMIT 100"
    )


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
