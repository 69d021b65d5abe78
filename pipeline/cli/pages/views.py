"""docs/reference/views.md."""

import re
from importlib.resources import files
from typing import Final

from pipeline.cli.pages.markdown import document, table
from sinks.migrations.scripts import shipped

_VIEW: Final = re.compile(
    r"CREATE OR REPLACE VIEW \{database\}\.(?P<name>\w+)\s*\((?P<columns>.*?)\n\)\s*AS\b"
    r".*?\nCOMMENT '(?P<comment>(?:[^']|'')*)';",
    re.DOTALL,
)
_DICTIONARY: Final = re.compile(
    r"CREATE OR REPLACE DICTIONARY \{database\}\.(?P<name>\w+)\s*\((?P<columns>.*?)\n\)"
    r"\s*PRIMARY KEY (?P<key>\w+).*?\nCOMMENT '(?P<comment>(?:[^']|'')*)';",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"^\s*(\w+) ", re.MULTILINE)
_COLUMN: Final = re.compile(r"^\s*(\w+) (.+?) COMMENT '((?:[^']|'')*)',?$", re.MULTILINE)


def page() -> str:
    """List every view of the newest schema with its columns."""
    intro = (
        "Views are what analysts query; the tables behind them may change. Times are UTC. "
        "The views live in the database `twilio` (setting `TWILIO_PIPELINE_CLICKHOUSE_DATABASE`). "
        "Who asks often names the length of windows as an argument: `windows_of(seconds = 60, "
        "by_carrier = 1)` has the rows that `delivery_windows_by_carrier` has of 60 seconds, and "
        "`funnel_of(seconds = 60)` those of `verify_funnel`, in half the time for small questions."
    )
    views = {match["name"]: match for match in _VIEW.finditer(_schema())}
    sections = (_section(match) for match in views.values())
    return document("ClickHouse views", intro, *sections, _dictionaries())


def _schema() -> str:
    return "\n".join(script.text for script in shipped())


def _section(view: re.Match[str]) -> str:
    rows = [
        (f"`{name}`", f"`{kind}`", _unquote(comment))
        for name, kind, comment in _COLUMN.findall(view["columns"])
    ]
    columns = table(("column", "type", "meaning"), rows)
    return f"## {view['name']}\n\n{_unquote(view['comment'])}.\n\n{columns}"


def _dictionaries() -> str:
    text = files("sinks.reference").joinpath("dictionaries.sql").read_text("utf-8")
    rows = [
        (f"`{each['name']}`", f"`{each['key']}`", _attributes(each), _unquote(each["comment"]))
        for each in _DICTIONARY.finditer(text)
    ]
    intro = "What is known from outside, for `dictGet('country', 'name', country)` and the like."
    listed = table(("dictionary", "key", "attributes", "meaning"), rows)
    return f"## Dictionaries\n\n{intro}\n\n{listed}"


def _attributes(dictionary: re.Match[str]) -> str:
    names = _ATTRIBUTE.findall(dictionary["columns"])
    return ", ".join(f"`{name}`" for name in names if name != dictionary["key"])


def _unquote(text: str) -> str:
    return text.replace("''", "'")
