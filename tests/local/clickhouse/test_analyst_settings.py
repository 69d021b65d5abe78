import pytest

from local.clickhouse.analyst_settings import LIMITS, analyst_settings
from local.clickhouse.failure import QueryError

TOPS = {name: str(top) for name, top in LIMITS.items()}


def test_the_limits_always_hold() -> None:
    assert analyst_settings({}) == TOPS


@pytest.mark.parametrize(
    ("wanted", "given"), [("10", "10"), ("0", "30"), ("99", "30"), ("x", "30")]
)
def test_limits_can_be_lowered_only(wanted: str, given: str) -> None:
    assert analyst_settings({"max_execution_time": wanted})["max_execution_time"] == given


def test_asking_for_read_only_is_no_change() -> None:
    assert analyst_settings({"readonly": "1"}) == TOPS
    with pytest.raises(QueryError):
        analyst_settings({"readonly": "0"})


@pytest.mark.parametrize(
    "name", ["max_threads", "final", "join_use_nulls", "output_format_json_quote_64bit_integers"]
)
def test_settings_of_a_query_are_free(name: str) -> None:
    assert analyst_settings({name: "1"})[name] == "1"


@pytest.mark.parametrize(
    "name",
    [
        "allow_ddl",
        "allow_introspection_functions",
        "format_template_resultset",
        "format_schema",
        "output_format_schema",
        "result_overflow_mode",
        "timeout_overflow_mode",
        "max_memory_usage_for_user",
    ],
)
def test_settings_that_reach_further_are_not(name: str) -> None:
    with pytest.raises(QueryError, match=f"may not change the setting {name}"):
        analyst_settings({name: "1"})
