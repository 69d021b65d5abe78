"""A page of questions, each a block of SQL, with the table of its answer below."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from clickhouse_connect.driver.client import Client

from pipeline.cli.pages.markdown import table

_BLOCK: Final = re.compile(
    r"(?P<head>```sql\n(?P<sql>.*?)\n```\n)(?P<answer>\n(?:\|[^\n]*\n)+)?", re.DOTALL
)


def answered(text: str, client: Client) -> str:
    """The page with every question's answer as of now; one without rows gets no table."""
    return _BLOCK.sub(lambda block: block["head"] + _answer(client, block["sql"]), text)


def unanswered(text: str) -> Iterator[str]:
    """The questions of a page that have no table."""
    return (block["sql"] for block in _BLOCK.finditer(text) if not block["answer"])


def _answer(client: Client, sql: str) -> str:
    answer = client.query(sql)
    if not answer.result_rows:
        return ""
    rows = [[_cell(value) for value in row] for row in answer.result_rows]
    return f"\n{table(answer.column_names, rows)}\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "milliseconds" if value.microsecond else "seconds")
    return f"{value:g}" if isinstance(value, float) else str(value)
