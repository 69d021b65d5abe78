"""What an analyst may ask: an allow-list over the parsed statement.

The engine's own `readonly` forbids writing but not reaching files, the network or other
processes, so each statement is parsed by the engine itself and inspected before it runs.
What then runs is the engine's own rendering of exactly the tree that was inspected.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from local.clickhouse.analyst_settings import check_setting
from local.clickhouse.failure import ACCESS_DENIED, READONLY, QueryError
from local.clickhouse.open_tables import Table, check_sink_tables, check_tables, tables_of
from local.clickhouse.sql import load_sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.clickhouse.engine import Handle

_STATEMENTS: Final = ("SelectWithUnionQuery", "ExplainQuery", "UseQuery", "Show")
# Table functions that make rows from nothing but their arguments.
_TABLE_FUNCTIONS: Final = frozenset(
    {
        *("format", "null", "values", "view", "viewexplain", "generaterandom", "primes"),
        *("generate_series", "generateseries", "numbers", "numbers_mt", "zeros", "zeros_mt"),
    },
)
# The engine renders these but can't show their tree; they name one object and nothing else.
_NAME: Final = r"(?:\w+|`[^`\\]*`)(?:\.(?:\w+|`[^`\\]*`))?"
_DESCRIPTIONS: Final = re.compile(
    rf"(?:DESCRIBE TABLE|EXISTS (?:TABLE|VIEW|DATABASE)|SHOW CREATE (?:TABLE|VIEW|DATABASE)"
    rf"|SHOW (?:FULL )?(?:COLUMNS|INDEXES) FROM) {_NAME}(?: FORMAT \w+)?",
)
_CANT_SHOW_TREE: Final = 36


class _Caller(NamedTuple):
    """Who asks: which statements, and which tables in them."""

    may_only: str
    statements: tuple[str, ...]
    check: Callable[[Handle, set[Table]], None]


_ANALYSTS: Final = _Caller("Analysts may only read", _STATEMENTS, check_tables)
_SINK: Final = _Caller(
    "The sink may only insert and read", (*_STATEMENTS, "InsertQuery"), check_sink_tables
)


class Guard:
    """Knows the engine's functions, so it is made once per engine."""

    def __init__(self, handle: Handle) -> None:
        listed = handle.query(load_sql("forbidden_functions"), "TSVRaw", {}).body.decode()
        self._forbidden = frozenset(listed.split()) - _TABLE_FUNCTIONS

    def admit(self, handle: Handle, statement: str) -> str:
        """Return the statement to run in place of the given one of an analyst.

        Raises QueryError: what is refused and why, or the engine's own syntax error.
        """
        return self._admit(handle, statement, _ANALYSTS)

    def admit_sink(self, handle: Handle, statement: str) -> str:
        """The same for the sink, which inserts, and reads all but clear numbers."""
        return self._admit(handle, statement, _SINK)

    def _admit(self, handle: Handle, statement: str, caller: _Caller) -> str:
        question = {"q": _escape(statement)}
        try:
            row = handle.query(load_sql("parse"), "JSONCompactEachRow", question).body
        except QueryError as error:
            if error.code != _CANT_SHOW_TREE:
                raise
            return self._admit_description(handle, question, caller)
        canonical, tree = json.loads(row)
        caller.check(handle, self._inspect(json.loads(tree), caller))
        return str(canonical)

    def _admit_description(self, handle: Handle, question: dict[str, str], caller: _Caller) -> str:
        row = handle.query(load_sql("canonical"), "JSONCompactEachRow", question).body
        canonical = str(json.loads(row)[0])
        if _DESCRIPTIONS.fullmatch(canonical) is None:
            raise QueryError.refused(READONLY, f"{caller.may_only}: this is no query")
        return canonical

    def _inspect(self, tree: dict[str, Any], caller: _Caller) -> set[Table]:
        """The tables it reads; raises QueryError for what the caller may not do."""
        if not str(tree["type"]).startswith(caller.statements):
            raise QueryError.refused(READONLY, f"{caller.may_only}: {tree['type']} is no query")
        nodes = list(_nodes(tree))
        for node in nodes:
            self._inspect_node(node)
        return tables_of(nodes)

    def _inspect_node(self, node: dict[str, Any]) -> None:
        if node.get("type") == "Function":
            self._inspect_function(str(node.get("name", "")))
        if "out_file" in node or node.get("is_into_outfile_with_stdout"):
            raise QueryError.refused(ACCESS_DENIED, "Analysts may not write files (INTO OUTFILE)")
        if node.get("type") == "SetQuery":
            for change in node.get("changes", ()):
                check_setting(str(change["name"]))

    def _inspect_function(self, name: str) -> None:
        if name.lower() in self._forbidden:
            raise QueryError.refused(
                ACCESS_DENIED,
                f"Analysts may not use {name}(): it reaches outside the database",
            )


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Walk without recursion: a query may be nested deeper than Python's stack."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _escape(text: str) -> str:
    """Write a value as ClickHouse expects query parameters."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
