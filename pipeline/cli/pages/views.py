"""docs/reference/views.md."""

import re
from typing import Final

from pipeline.cli.pages.markdown import document, table
from sinks.migrations.scripts import shipped

_VIEW: Final = re.compile(
    r"CREATE OR REPLACE VIEW \{database\}\.(?P<name>\w+)\s*\((?P<columns>.*?)\n\)\s*AS\b"
    r".*?\nCOMMENT '(?P<comment>(?:[^']|'')*)';",
    re.DOTALL,
)
_COLUMN: Final = re.compile(r"^\s*(\w+) (.+?) COMMENT '((?:[^']|'')*)',?$", re.MULTILINE)


def page() -> str:
    """List every view of the newest schema with its columns."""
    intro = (
        "Views are what analysts query; the tables behind them may change. Times are UTC. "
        "The views live in the database `twilio` (setting `TWILIO_PIPELINE_CLICKHOUSE_DATABASE`)."
    )
    views = {match["name"]: match for match in _VIEW.finditer(_schema())}
    return document("ClickHouse views", intro, *(_section(match) for match in views.values()))


def _schema() -> str:
    return "\n".join(script.text for script in shipped())


def _section(view: re.Match[str]) -> str:
    rows = [
        (f"`{name}`", f"`{kind}`", _unquote(comment))
        for name, kind, comment in _COLUMN.findall(view["columns"])
    ]
    columns = table(("column", "type", "meaning"), rows)
    return f"## {view['name']}\n\n{_unquote(view['comment'])}.\n\n{columns}"


def _unquote(text: str) -> str:
    return text.replace("''", "'")
