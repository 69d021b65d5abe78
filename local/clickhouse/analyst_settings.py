"""Which settings an analyst may change, and the limits that always hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from local.clickhouse.failure import SETTING_CONSTRAINT_VIOLATION, QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Ceilings: seconds, rows, bytes. An analyst may lower them in the URL, never raise them.
LIMITS: Final = {
    "max_execution_time": 30,
    "max_result_rows": 1_000_000,
    "max_memory_usage": 4 << 30,
}
_ALLOWED: Final = re.compile(
    r"max_(?:threads|block_size|rows_\w+|bytes_\w+|columns_to_read|streams_\w+)"
    r"|(?:join|group_by|optimize|use|enable|allow_experimental|output_format|format_csv|cast)_\w+"
    r"|final|extremes|limit|offset|session_timezone|date_time_(?:in|out)put_format|log_comment"
    r"|count_distinct_implementation|transform_null_in|union_default_mode|partial_merge_\w+"
    r"|cancel_http_readonly_queries_on_client_close|send_progress_in_http_headers"
    r"|http_headers_progress_interval_ms|compile_\w+|short_circuit_\w+|aggregate_functions_\w+"
    r"|prefer_\w+|empty_result_for_aggregation_by_empty_set|any_join_\w+|log_queries|priority",
)
# Some of the above families hold members that name files or reach out.
_REACHES_OUT: Final = re.compile(
    r"schema|template|path|file|url|dictionar|remote|distributed|s3|hdfs|python|secret",
)


def check_setting(name: str) -> None:
    """Raise QueryError for a setting that could undo the guard or its limits."""
    if _ALLOWED.fullmatch(name) is None or _REACHES_OUT.search(name) is not None:
        raise QueryError.refused(
            SETTING_CONSTRAINT_VIOLATION,
            f"Analysts may not change the setting {name} here",
        )


def analyst_settings(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return what to set for a request: what was wanted and is allowed, within the limits.

    Raises QueryError for a setting that is not allowed.
    """
    settings = {name: value for name, value in wanted.items() if not _already_so(name, value)}
    for name in settings.keys() - LIMITS.keys():
        check_setting(name)
    return settings | {name: _lower(wanted.get(name), top) for name, top in LIMITS.items()}


def _already_so(name: str, value: str) -> bool:
    """Careful clients ask for read-only access, which is what they have."""
    return name == "readonly" and value in {"1", "2"}


def _lower(wanted: str | None, top: int) -> str:
    if wanted is None or not wanted.isdecimal() or int(wanted) == 0:
        return str(top)
    return str(min(int(wanted), top))
