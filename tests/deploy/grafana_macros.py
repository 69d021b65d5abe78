"""What Grafana and its ClickHouse plugin make of a query before the engine sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: What Grafana puts for its own variables into PromQL.
_PROMQL = {"$__rate_interval": "1m", "$__range": "3h", "$__interval": "15s"}
_LEFT = re.compile(r"\$\{?\w+")


def expanded(
    sql: str, start: int, end: int, interval_s: int, chosen: Mapping[str, list[str]]
) -> str:
    """SQL for a range of epoch seconds; a variable that is not in ``chosen`` is All."""
    sql = _replace_call(sql, "$__conditionalAll", lambda inside: _conditional(inside, chosen))
    for name, values in chosen.items():
        quoted = ",".join(f"'{value}'" for value in values)
        sql = sql.replace(f"${{{name}:singlequote}}", quoted)
    first, last = f"toDateTime({start})", f"toDateTime({end})"
    sql = _replace_call(
        sql, "$__timeFilter", lambda column: f"{column} >= {first} AND {column} <= {last}"
    )
    step = f"INTERVAL {interval_s} second"
    sql = _replace_call(
        sql, "$__timeInterval", lambda column: f"toStartOfInterval(toDateTime({column}), {step})"
    )
    sql = sql.replace("$__fromTime", first).replace("$__toTime", last)
    sql = sql.replace("$__interval_s", str(interval_s))
    assert not _LEFT.search(sql), f"nothing expands {_LEFT.findall(sql)}"
    return sql


def expanded_promql(expression: str) -> str:
    """PromQL as Prometheus gets it."""
    for name, value in _PROMQL.items():
        expression = expression.replace(name, value)
    assert not _LEFT.search(expression), expression
    return expression


def _conditional(inside: str, chosen: Mapping[str, list[str]]) -> str:
    """The condition, or one that always holds when the variable is All."""
    condition, _, variable = inside.rpartition(",")
    return condition if variable.strip()[1:] in chosen else "1=1"


def _replace_call(sql: str, macro: str, answer: Callable[[str], str]) -> str:
    while (at := sql.find(f"{macro}(")) >= 0:
        begin = at + len(macro) + 1
        end = _closing(sql, begin)
        sql = sql[:at] + answer(sql[begin:end]) + sql[end + 1 :]
    return sql


def _closing(sql: str, begin: int) -> int:
    depth = 1
    for place in range(begin, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        if not depth:
            return place
    raise AssertionError(f"a parenthesis is left open: {sql[begin:]}")
