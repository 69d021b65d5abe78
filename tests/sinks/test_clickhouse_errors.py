from __future__ import annotations

import pytest
from clickhouse_connect.driver.exceptions import (
    ClickHouseError,
    DatabaseError,
    OperationalError,
    ProgrammingError,
)

from pipeline.errors import PermanentError, PipelineError, UnavailableError
from pipeline.settings import ClickHouseSettings, load
from sinks.clickhouse import as_pipeline_error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OperationalError(f"Error {'x' * 900} executing HTTP request"), UnavailableError),
        (DatabaseError("Code: 252. DB::Exception: Too many parts", code=252), UnavailableError),
        (DatabaseError("Code: 241. DB::Exception: Memory limit", code=241), UnavailableError),
        (DatabaseError("Code: 60. DB::Exception: Table x does not exist", code=60), PermanentError),
        (DatabaseError("Code: 516. DB::Exception: wrong password", code=516), PermanentError),
        (DatabaseError("Code: 99999. DB::Exception: new", code=99999), PermanentError),
        (ProgrammingError("no such setting"), PermanentError),
    ],
)
def test_whether_trying_again_helps_is_a_type(
    error: ClickHouseError, kind: type[PipelineError]
) -> None:
    assert type(as_pipeline_error(load(ClickHouseSettings), error)) is kind


def test_the_servers_words_are_kept_and_the_drivers_wrapping_is_not() -> None:
    text = (
        "Received ClickHouse exception, code: 60, server response: Code: 60. DB::Exception: "
        "Table db.x does not exist. (UNKNOWN_TABLE) (for url http://ch:1)"
    )
    said = str(as_pipeline_error(load(ClickHouseSettings, url="http://ch:1"), DatabaseError(text)))
    assert said == "ClickHouse at http://ch:1 refuses: Table db.x does not exist. (UNKNOWN_TABLE)"
