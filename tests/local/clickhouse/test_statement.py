import pytest

from local.clickhouse.statement import Insert, as_insert, format_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            b"INSERT INTO t FORMAT Native\n\x00\nFORMAT x\n",
            Insert("INSERT INTO t", "Native", b"\x00\nFORMAT x\n"),
        ),
        (
            b"insert into d.`t 1` (`a`, b) format CSV\r\n1,2",
            Insert("insert into d.`t 1` (`a`, b)", "CSV", b"1,2"),
        ),
        (b"INSERT INTO t FORMAT TSV 1\t2", Insert("INSERT INTO t", "TSV", b"1\t2")),
        (
            b"-- a\n/* b */ INSERT INTO TABLE t SETTINGS async_insert = 0 FORMAT JSONEachRow\n{}",
            Insert("INSERT INTO TABLE t", "JSONEachRow", b"{}", "SETTINGS async_insert = 0"),
        ),
        (b"INSERT INTO t FORMAT Native", Insert("INSERT INTO t", "Native", b"")),
        (b"INSERT INTO t FORMAT Native\n  \x01", Insert("INSERT INTO t", "Native", b"  \x01")),
    ],
)
def test_an_insert_with_data(text: bytes, expected: Insert) -> None:
    assert as_insert(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        b"INSERT INTO t VALUES (1), ('FORMAT CSV')",
        b"INSERT INTO t (a) VALUES (1)",
        b"INSERT INTO t SELECT 1 FORMAT Null",
        b"SELECT 'INSERT INTO t FORMAT CSV\n1'",
        b"CREATE TABLE t (n Int8) ENGINE = Memory",
        b"",
    ],
)
def test_every_other_statement_is_none(text: bytes) -> None:
    assert as_insert(text) is None


@pytest.mark.parametrize(
    ("statement", "form"),
    [
        ("SELECT 1", "TabSeparated"),
        ("SELECT 1 FORMAT JSON", "JSON"),
        ("SELECT 1 format CSVWithNames ;\n", "CSVWithNames"),
        ("SELECT 1 FORMAT Native SETTINGS max_threads = 1", "Native"),
        ("SELECT format('x') FROM t", "TabSeparated"),
    ],
)
def test_the_format_a_statement_ends_with(statement: str, form: str) -> None:
    assert format_of(statement, "TabSeparated") == form


def test_a_long_list_of_columns_without_data_takes_no_time() -> None:
    columns = ", ".join(f"a_long_column_name_{number}" for number in range(200))
    assert as_insert(f"INSERT INTO t ({columns}) SELECT 1".encode()) is None
