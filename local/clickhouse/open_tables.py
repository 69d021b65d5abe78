"""Which tables an analyst may read: views, dictionaries, reference data, and what describes them.

The tables behind the views hold what the views leave out; a view reads them all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.clickhouse.engine import quote
from local.clickhouse.failure import ACCESS_DENIED, QueryError
from local.clickhouse.sql import load_sql
from sinks.access import PUBLIC_TABLES, SECRET_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.clickhouse.engine import Handle

#: Of ``system``, what tools and people ask about schema and settings; never what others asked.
_SYSTEM: Final = (
    *("aggregate_function_combinators", "build_options", "collations", "columns"),
    *("contributors", "data_type_families", "databases", "dictionaries", "formats", "functions"),
    *("graphite_retentions", "keywords", "licenses", "macros", "numbers", "numbers_mt", "one"),
    *("parts", "parts_columns", "projections", "schemas", "settings", "table_engines"),
    *("table_functions", "tables", "time_zones", "zeros", "zeros_mt"),
)
_IN: Final = ("in", "notin", "nullin", "notnullin")

Table = tuple[str, str]


def tables_of(nodes: Iterable[dict[str, Any]]) -> set[Table]:
    """Database (empty is the current one) and name of each table a statement reads."""
    found = set[Table]()
    for node in nodes:
        if node.get("type") == "TableIdentifier":
            found.add(_name(node))
        elif node.get("type") == "Function" and _is_membership(str(node.get("name", ""))):
            found.update(_name(each) for each in _identifiers(node))
    return found


def check_tables(handle: Handle, tables: set[Table]) -> None:
    """Raise QueryError when one of them is there and not for analysts."""
    if not tables:
        return
    pairs = ",".join(f"({quote(database)},{quote(name)})" for database, name in sorted(tables))
    parameters = {
        "tables": _escape(f"[{pairs}]"),
        "system": _list(_SYSTEM),
        "public": _list(PUBLIC_TABLES),
    }
    closed = handle.query(load_sql("closed_tables"), "TSVRaw", parameters).body.decode().strip()
    if closed:
        raise QueryError.refused(ACCESS_DENIED, f"Analysts may read views, and {closed} is none")


def check_sink_tables(_handle: Handle, tables: set[Table]) -> None:
    """Raise QueryError for what only the administrator reads, in whatever database."""
    for _, name in tables:
        if name in SECRET_TABLES:
            raise QueryError.refused(ACCESS_DENIED, f"The sink may not read {name}")


def _is_membership(name: str) -> bool:
    plain = name.lower().removeprefix("global").removesuffix("ignoreset")
    return plain in _IN


def _identifiers(function: dict[str, Any]) -> list[dict[str, Any]]:
    """``x IN t`` names a table like a column."""
    arguments = function.get("arguments", {}).get("children", ())
    return [each for each in arguments[1:] if each.get("type") == "Identifier"]


def _name(node: dict[str, Any]) -> Table:
    parts = [str(part) for part in node.get("name_parts") or [node.get("name", "")]]
    return (parts[-2] if len(parts) > 1 else "", parts[-1])


def _list(names: Iterable[str]) -> str:
    return f"[{','.join(quote(name) for name in names)}]"


def _escape(text: str) -> str:
    """Write a value as ClickHouse expects query parameters."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
