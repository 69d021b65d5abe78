"""What the analyst, who needs no password, must not be able to do; and what stays possible."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

ACCESS_DENIED, READONLY, CONSTRAINT, SYNTAX = 497, 164, 452, 62

WRITES = [
    "INSERT INTO t VALUES (1)",
    "INSERT INTO FUNCTION file('/tmp/out', 'CSV') SELECT 1",
    "CREATE TABLE u (n UInt8) ENGINE = Memory",
    "CREATE TEMPORARY TABLE u (n UInt8)",
    "CREATE TABLE u (s String) ENGINE = File('LineAsString', '/etc/passwd')",
    "ALTER TABLE t DELETE WHERE 1",
    "DELETE FROM t WHERE 1",
    "DROP TABLE t",
    "TRUNCATE TABLE t",
    "OPTIMIZE TABLE t",
    "DETACH TABLE t",
    "RENAME TABLE t TO u",
    "KILL QUERY WHERE 1",
    "SYSTEM FLUSH LOGS",
    "SYSTEM STOP MERGES",
    "SET readonly = 0",
    "SET max_execution_time = 0",
    "BACKUP TABLE t TO File('/tmp/b')",
    "GRANT ALL ON *.* TO default",
    "EXECUTE AS writer SELECT 1",
]
REACHES_OUT = [
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM FILE('/etc/passwd', 'LineAsString')",
    "SELECT * FROM `file`('/etc/passwd', 'LineAsString')",
    "SELECT * FROM/**/file/**/('/etc/passwd', 'LineAsString')",
    "SELECT file('/etc/passwd')",
    "SELECT 1 WHERE 'x' IN file('/etc/passwd', 'LineAsString')",
    "WITH x AS (SELECT * FROM file('/etc/passwd', 'LineAsString')) SELECT * FROM x",
    "SELECT (SELECT count() FROM file('/etc/passwd', 'LineAsString'))",
    "SELECT 1 UNION ALL SELECT 1 FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM view(SELECT * FROM file('/etc/passwd', 'LineAsString'))",
    "SELECT * FROM (EXPLAIN SELECT * FROM file('/etc/passwd', 'LineAsString'))",
    "EXPLAIN SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "DESCRIBE TABLE file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM s3('http://127.0.0.1:1/b/k', 'LineAsString')",
    "SELECT * FROM remote('127.0.0.1:1', system.one)",
    "SELECT * FROM remoteSecure('127.0.0.1:1', system.one)",
    "SELECT * FROM cluster('default', system.one)",
    "SELECT * FROM executable('id', 'TSV', 's String')",
    "SELECT * FROM jdbc('x', 'y')",
    "SELECT * FROM odbc('x', 'y')",
    "SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
    "SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')",
    "SELECT * FROM sqlite('/tmp/x.db', 't')",
    "SELECT * FROM mongodb('127.0.0.1:1', 'd', 'c', 'u', 'p', 's String')",
    "SELECT * FROM redis('127.0.0.1:1', 'k', 'k String')",
    "SELECT * FROM hdfs('hdfs://127.0.0.1:1/x', 'TSV')",
    "SELECT * FROM filesystem('/etc')",
    "SELECT * FROM python('x')",
    "SELECT * FROM eval('SELECT 1')",
    "SELECT * FROM input('s String')",
    "SELECT aiGenerate('c', 'x')",
    "SELECT addressToLine(1)",
    "SELECT 1 INTO OUTFILE '/tmp/analyst-out'",
    "SELECT 1 INTO OUTFILE '/tmp/analyst-out' AND STDOUT",
    "EXPLAIN AST SELECT 1 INTO OUTFILE '/tmp/analyst-out'",
]
BEHIND_VIEWS = [
    "SELECT * FROM t_store",
    "SELECT * FROM `t_store` AS t",
    "SELECT 1 WHERE 1 IN t_store",
    "SELECT 1 WHERE 1 GLOBAL NOT IN `t_store`",
    "SELECT n FROM t WHERE n IN (SELECT n FROM t_store)",
    "SELECT (SELECT max(n) FROM t_store)",
    "SELECT * FROM t UNION ALL SELECT * FROM t_store",
    "SELECT * FROM t JOIN t_store USING n",
    "WITH x AS (SELECT * FROM t_store) SELECT * FROM x",
    "SELECT * FROM view(SELECT * FROM t_store)",
    "SELECT * FROM merge(currentDatabase(), 't_store')",
    "SELECT * FROM loop(t_store)",
    "SELECT * FROM mergeTreeIndex(currentDatabase(), 't_store')",
    "SELECT joinGet('t_store', 'n', 1)",
    "EXPLAIN SELECT * FROM t_store",
    "SELECT * FROM system.processes",
    "SELECT * FROM system.mutations",
]
FILES_AS_TABLES = [
    "SELECT * FROM `/etc/passwd`",
    "SELECT * FROM default.`/etc/passwd`",
    "SELECT * FROM '/etc/passwd'",
]
SETTINGS = [
    "SELECT 1 SETTINGS max_execution_time = 0",
    "SELECT 1 SETTINGS `max\\x5fexecution_time` = 0",
    "SELECT * FROM (SELECT 1 SETTINGS max_result_rows = 0)",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 FORMAT Template SETTINGS format_template_resultset = '/etc/passwd'",
    "SELECT 1 SETTINGS output_format_schema = '/tmp/analyst-out'",
    "SELECT 1 SETTINGS allow_introspection_functions = 1",
]


@pytest.fixture(scope="module")
def clients(
    own_database: Callable[[], AbstractContextManager[tuple[Client, Client]]],
) -> Iterator[tuple[Client, Client]]:
    """A table for all tests here: that none of them can change it is what they show."""
    with own_database() as both:
        writer, _ = both
        writer.command("CREATE TABLE t_store (n UInt8) ENGINE = MergeTree ORDER BY n")
        writer.insert("t_store", [[1], [2]], column_names=["n"])
        writer.command("CREATE VIEW t AS SELECT n FROM t_store")
        writer.command("CREATE VIEW larger AS SELECT n FROM t_store WHERE n > {least:UInt8}")
        writer.command("CREATE TABLE error_codes (n UInt8) ENGINE = Memory")
        yield both


def refusal(client: Client, statement: str) -> int | None:
    with pytest.raises(DatabaseError) as raised:
        client.raw_query(statement)
    return raised.value.code


@pytest.mark.parametrize("statement", WRITES)
def test_nothing_is_changed(writer: Client, analyst: Client, statement: str) -> None:
    assert refusal(analyst, statement) in {READONLY, ACCESS_DENIED}
    assert writer.command("SELECT count() FROM t") == 2


@pytest.mark.parametrize("statement", REACHES_OUT)
def test_nothing_outside_is_reached(analyst: Client, statement: str) -> None:
    assert refusal(analyst, statement) in {ACCESS_DENIED, READONLY}
    assert not Path("/tmp/analyst-out").exists()  # noqa: S108  (that it is not made is the point)


@pytest.mark.parametrize("statement", BEHIND_VIEWS)
def test_tables_behind_views_are_closed(analyst: Client, statement: str) -> None:
    assert refusal(analyst, statement) == ACCESS_DENIED


@pytest.mark.parametrize("statement", FILES_AS_TABLES)
def test_files_are_no_tables(analyst: Client, statement: str) -> None:
    assert refusal(analyst, statement) in {60, SYNTAX}


@pytest.mark.parametrize("statement", SETTINGS)
def test_limits_and_file_settings_stay(analyst: Client, statement: str) -> None:
    assert refusal(analyst, statement) == CONSTRAINT


def test_a_second_statement_is_not_run(writer: Client, analyst: Client) -> None:
    assert refusal(analyst, "SELECT 1; DROP TABLE t") == SYNTAX
    assert writer.command("SELECT count() FROM t") == 2


def test_limits_in_the_url_can_only_be_lowered(analyst: Client) -> None:
    wanted = {"max_execution_time": 0, "max_result_rows": 10}
    limits = "SELECT getSetting('max_execution_time'), getSetting('max_result_rows')"
    assert analyst.query(limits, settings=wanted).result_rows == [(30, 10)]


def test_a_long_result_is_refused(analyst: Client) -> None:
    assert refusal(analyst, "SELECT number FROM numbers(1000001)") == 396


def test_a_long_query_is_ended(analyst: Client) -> None:
    endless = "SELECT max(sipHash64(number)) FROM numbers(1000000000000)"
    with pytest.raises(DatabaseError) as raised:
        analyst.query(endless, settings={"max_execution_time": 1})
    assert raised.value.code == 159


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("SELECT sum(n) FROM t", [(3,)]),
        ("SELECT sum(n) FROM t SETTINGS max_threads = 1", [(3,)]),
        ("WITH x AS (SELECT n FROM t) SELECT max(n) FROM x WHERE n IN (SELECT n FROM t)", [(2,)]),
        ("SELECT count() FROM t AS a JOIN t AS b USING n", [(2,)]),
        ("SELECT format('{}-{}', 'a', 'b') -- a comment", [("a-b",)]),
        ("SELECT sum(number) FROM numbers(4)", [(6,)]),
        ("SELECT * FROM values('s String', 'x;y')", [("x;y",)]),
        ("SHOW TABLES", [("error_codes",), ("larger",), ("t",), ("t_store",)]),
        ("SELECT n FROM larger(least = 1)", [(2,)]),
        ("WITH t_store_of AS (SELECT 1 AS n) SELECT n FROM t_store_of", [(1,)]),
        ("SELECT count() FROM error_codes", [(0,)]),
        ("SELECT name FROM system.databases WHERE name = 'system'", [("system",)]),
        ("EXISTS TABLE t", [(1,)]),
        ("EXISTS nowhere.t", [(0,)]),
        ("SELECT 1 INTERSECT SELECT 1;", [(1,)]),
    ],
)
def test_reading_is_free(analyst: Client, statement: str, rows: list[tuple[object, ...]]) -> None:
    assert analyst.query(statement).result_rows == rows


@pytest.mark.parametrize(
    "statement",
    [
        "DESCRIBE TABLE t",
        "DESC t",
        "SHOW CREATE TABLE t",
        "SHOW COLUMNS FROM t",
        "EXPLAIN SELECT 1",
    ],
)
def test_asking_how_a_table_is_made_is_free(analyst: Client, statement: str) -> None:
    assert analyst.raw_query(statement) != b""
