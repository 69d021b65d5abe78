import pytest

from local.clickhouse.failure import QueryError
from local.clickhouse.statuses import http_status


@pytest.mark.parametrize(
    ("message", "code", "text"),
    [
        (
            "Code: 60. DB::Exception: No table. (UNKNOWN_TABLE)",
            60,
            "Code: 60. DB::Exception: No table. (UNKNOWN_TABLE)",
        ),
        (
            "Streaming insert finish failed: Code: 27. DB::Exception: Bad row. (X)",
            27,
            "Code: 27. DB::Exception: Bad row. (X)",
        ),
        (
            "Code: 115. DB::Exception: Code: 115. DB::Exception: Unknown. (Y)",
            115,
            "Code: 115. DB::Exception: Unknown. (Y)",
        ),
        (
            "Code: 62. DB::Exception: Bad: In scope SELECT parseQueryToJSON('a. (B)'). (SYNTAX)",
            62,
            "Code: 62. DB::Exception: Bad. (SYNTAX)",
        ),
        ("something else", 1002, "something else"),
    ],
)
def test_only_the_innermost_message_is_the_user_s(message: str, code: int, text: str) -> None:
    error = QueryError.from_engine(message)
    assert (error.code, error.text) == (code, text)


def test_statuses_of_unknown_codes() -> None:
    assert http_status(1002) == 500
