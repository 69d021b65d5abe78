"""The TTLs of the tables as they are, and as they are to be."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from clickhouse_connect.driver.client import Client

from pipeline.errors import UnavailableError
from pipeline.settings import ClickHouseSettings
from sinks.clickhouse import connect, translated
from sinks.rendering import rendered
from sinks.retention.rules import Rule
from sinks.retention.sql import load_sql

_ROW_TTL: Final = re.compile(r" TTL (?P<ttl>.+?)(?: SETTINGS |$)")
_COLUMN_TTL: Final = r"`{column}` [^`]*? TTL (?P<ttl>[^`]+?)(?:, `|, INDEX |\) ENGINE)"


def found(settings: ClickHouseSettings, rules: Sequence[Rule]) -> dict[str, str]:
    """Each rule's TTL as the tables have it, by what the rule is about; empty is for ever.

    UnavailableError when a table is not there (yet) or nobody answers.
    """
    with connect(settings) as client, translated(settings):
        return _found(client, settings, rules)


def apply(settings: ClickHouseSettings, rules: Sequence[Rule]) -> list[Rule]:
    """Change what differs, and return that; ClickHouse removes what is too old by itself.

    Raises as ``found`` does.
    """
    with connect(settings) as client, translated(settings):
        present = _found(client, settings, rules)
        differing = [rule for rule in rules if present[rule.what] != rule.ttl]
        for rule in differing:
            client.command(rendered(_statement(rule, settings.database), settings.mode))
    return differing


def _found(client: Client, settings: ClickHouseSettings, rules: Sequence[Rule]) -> dict[str, str]:
    rows = client.query(load_sql("tables"), parameters={"database": settings.database}).result_rows
    tables = {str(name): (str(engine), str(query)) for name, engine, query in rows}
    for rule in rules:
        if rule.table not in tables:
            raise UnavailableError(
                f"database {settings.database} has no table {rule.table}: "
                "run `twilio-pipeline migrate`"
            )
    return {rule.what: _ttl(rule, tables) for rule in rules}


def _ttl(rule: Rule, tables: Mapping[str, tuple[str, str]]) -> str:
    engine, query = tables[rule.table]
    if rule.column:
        match = re.search(_COLUMN_TTL.format(column=re.escape(rule.column)), query)
    else:
        match = _ROW_TTL.search(engine)
    return match["ttl"] if match else ""


def _statement(rule: Rule, database: str) -> str:
    name = f"{'modify' if rule.ttl else 'remove'}_{'column' if rule.column else 'row'}"
    parts = {"{table}": f"{database}.{rule.table}", "{column}": rule.column, "{ttl}": rule.ttl}
    statement = load_sql(name)
    for mark, part in parts.items():
        statement = statement.replace(mark, part)
    return statement
