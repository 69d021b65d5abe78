from __future__ import annotations

import pytest
from clickhouse_connect.driver.exceptions import (
    ClickHouseError,
    DatabaseError,
    DataError,
    OperationalError,
    ProgrammingError,
)

from pipeline.errors import PermanentError, PipelineError, UnavailableError
from pipeline.settings import ClickHouseSettings, load
from sinks.clickhouse import as_pipeline_error
from sinks.errors import OverloadedError, RefusedRowsError, TooLargeError


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OperationalError(f"Error {'x' * 900} executing HTTP request"), UnavailableError),
        (DatabaseError("Code: 243. DB::Exception: No space", code=243), UnavailableError),
        (DatabaseError("Code: 252. DB::Exception: Too many parts", code=252), OverloadedError),
        (DatabaseError("Code: 241. DB::Exception: Memory limit", code=241), TooLargeError),
        (DatabaseError("Code: 469. DB::Exception: Constraint", code=469), RefusedRowsError),
        (DataError("Unable to create native array"), RefusedRowsError),
        (DatabaseError("Code: 53. DB::Exception: Type mismatch", code=53), PermanentError),
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


def test_a_refused_rows_words_are_not_repeated() -> None:
    error = DatabaseError("Constraint violated: s = '+15550100002'", code=469, name="VIOLATED")
    found = as_pipeline_error(load(ClickHouseSettings, url="http://ch:1"), error)
    assert str(found) == "ClickHouse at http://ch:1 refuses rows: VIOLATED"
    assert isinstance(found, RefusedRowsError)
    assert found.cause == "VIOLATED"


def test_the_servers_words_are_kept_and_the_drivers_wrapping_is_not() -> None:
    text = (
        "Received ClickHouse exception, code: 60, server response: Code: 60. DB::Exception: "
        "Table db.x does not exist. (UNKNOWN_TABLE) (for url http://ch:1)"
    )
    said = str(as_pipeline_error(load(ClickHouseSettings, url="http://ch:1"), DatabaseError(text)))
    assert said == "ClickHouse at http://ch:1 refuses: Table db.x does not exist. (UNKNOWN_TABLE)"
