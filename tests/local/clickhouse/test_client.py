"""What clickhouse-connect, the client of sinks and analysts, finds here."""

import uuid
from datetime import UTC, datetime

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from local.clickhouse.process import ClickHouseProcess

TYPES = """
CREATE TABLE {table} (
    id UInt64, at DateTime64(3, 'UTC'), tags Map(String, String), code Nullable(Int32),
    kind LowCardinality(String), outcome Enum8('sent' = 1, 'delivered' = 2), parts Array(Float64)
) ENGINE = MergeTree ORDER BY id
"""
ROWS = [
    (1, datetime(2026, 1, 2, 3, 4, 5, 678000, UTC), {"a": "ü'\\\n"}, None, "sms", "sent", []),
    (2, datetime(2026, 1, 2, tzinfo=UTC), {}, -30003, "voice", "delivered", [0.5, -1.0]),
]


def test_every_type_comes_back_as_it_went_in(writer: Client, analyst: Client) -> None:
    writer.command(TYPES.format(table="t"))
    writer.insert("t", ROWS, column_names="*")
    writer.command("CREATE VIEW shown AS SELECT * FROM t")
    answer = analyst.query("SELECT * FROM shown ORDER BY id", tz_mode="aware")
    assert answer.result_rows == ROWS


def test_the_server_says_its_version_and_utc(analyst: Client) -> None:
    major = int(str(analyst.server_version).split(".")[0])
    assert major >= 26
    assert analyst.command("SELECT timezone(), serverTimezone()") == ["UTC", "UTC"]


def test_parameters_are_bound_by_the_server(analyst: Client) -> None:
    text = "tab\there 'quote' back\\slash\nline"
    answer = analyst.query(
        "SELECT {s:String}, {n:UInt8} + 1, {a:Array(String)}",
        parameters={"s": text, "n": 41, "a": ["x", "y'z"]},
    )
    assert answer.result_rows == [(text, 42, ["x", "y'z"])]


def test_parameters_may_come_as_a_form(clickhouse: ClickHouseProcess) -> None:
    with clickhouse_connect.get_client(
        host="127.0.0.1", port=clickhouse.port, form_encode_query_params=True
    ) as client:
        answer = client.query("SELECT length({s:String})", parameters={"s": "x" * 100_000})
    assert answer.result_rows == [(100_000,)]


def test_the_summary_counts_what_was_written(writer: Client) -> None:
    writer.command("CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n")
    summary = writer.insert("t", [[n] for n in range(1_000)], column_names=["n"])
    assert summary.written_rows == 1_000
    assert writer.command("SELECT count() FROM t") == 1_000


def test_the_same_deduplication_token_inserts_once(writer: Client) -> None:
    writer.command(
        "CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n "
        "SETTINGS non_replicated_deduplication_window = 100"
    )
    for token in ("first", "first", "second"):
        settings = {"insert_deduplication_token": token}
        writer.insert("t", [[1], [2]], column_names=["n"], settings=settings)
    assert writer.command("SELECT count() FROM t") == 4


@pytest.mark.parametrize("coding", ["lz4", "zstd", "gzip", False])
def test_bodies_are_compressed_both_ways(
    clickhouse: ClickHouseProcess, writer: Client, coding: str | bool
) -> None:
    writer.command("CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    rows = [(n, f"row {n}") for n in range(50_000)]
    with clickhouse_connect.get_client(
        host="127.0.0.1",
        port=clickhouse.port,
        username=clickhouse.user,
        password=clickhouse.password,
        database=writer.database,
        compress=coding,
    ) as client:
        client.insert("t", rows, column_names=["n", "s"])
        assert client.query("SELECT * FROM t ORDER BY n").result_rows == rows


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("CSV", b'1,"one"\n2,"two"\n'),
        ("JSONEachRow", b'{"n": 1, "s": "one"}\n{"n": 2, "s": "two"}\n'),
        ("TabSeparated", b"1\tone\n2\ttwo\n"),
        ("Values", b"(1, 'one'), (2, 'two')"),
    ],
)
def test_other_input_formats(writer: Client, form: str, data: bytes) -> None:
    writer.command("CREATE TABLE t (n UInt8, s String) ENGINE = MergeTree ORDER BY n")
    assert writer.raw_insert("t", insert_block=data, fmt=form).written_rows == 2
    assert writer.query("SELECT * FROM t ORDER BY n").result_rows == [(1, "one"), (2, "two")]


def test_a_bad_row_inserts_nothing(writer: Client) -> None:
    writer.command("CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n")
    with pytest.raises(DatabaseError, match="Code: 27"):
        writer.raw_insert("t", insert_block=b"1\n2\nthree\n", fmt="TabSeparated")
    assert writer.command("SELECT count() FROM t") == 0


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("(n UInt8, CONSTRAINT small CHECK n < 2) ENGINE = MergeTree ORDER BY n", 469),
        ("(n UInt8) ENGINE = MergeTree ORDER BY n PARTITION BY throwIf(n > 1)", 395),
    ],
)
def test_what_goes_wrong_after_parsing_is_an_error_too(
    writer: Client, table: str, code: int
) -> None:
    writer.command(f"CREATE TABLE t {table}")
    with pytest.raises(DatabaseError) as refused:
        writer.insert("t", [[1], [2]], column_names=["n"])
    assert refused.value.code == code
    assert writer.command("SELECT count() FROM t") == 0


def test_data_may_hold_empty_lines_and_semicolons(writer: Client) -> None:
    writer.command("CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY s")
    writer.insert("t", [["a\n\nb"], [";\n"]] * 3_000, column_names=["s"])
    assert writer.command("SELECT count() FROM t WHERE s IN ('a\n\nb', ';\n')") == 6_000


def test_a_materialized_view_is_fed(writer: Client) -> None:
    writer.command("CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n")
    writer.command("CREATE TABLE total (n UInt64) ENGINE = SummingMergeTree ORDER BY ()")
    writer.command("CREATE MATERIALIZED VIEW feed TO total AS SELECT sum(n) AS n FROM t")
    writer.insert("t", [[1], [2], [4]], column_names=["n"])
    assert writer.command("SELECT sum(n) FROM total") == 7


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT nope", 47),
        ("SELECT 1 FROM nowhere", 60),
        ("SELECT FROM WHERE", 62),
        ("SELECT nofunction(1)", 46),
        ("SELECT 1 FROM nodatabase.t", 81),
        ("SELECT throwIf(1)", 395),
    ],
)
@pytest.mark.parametrize("who", ["writer", "analyst"])
def test_errors_carry_clickhouse_s_code(
    request: pytest.FixtureRequest, who: str, statement: str, code: int
) -> None:
    client: Client = request.getfixturevalue(who)
    with pytest.raises(DatabaseError) as raised:
        client.query(statement)
    assert raised.value.code == code
    assert f"Code: {code}. DB::Exception: " in str(raised.value)
    assert "formatQuerySingleLine" not in str(raised.value)


def test_a_wrong_password_and_an_unknown_user_are_told_apart_by_nobody(
    clickhouse: ClickHouseProcess,
) -> None:
    for user, password in (("writer", "wrong"), ("nobody", ""), ("default", "x")):
        with pytest.raises(DatabaseError) as raised:
            clickhouse_connect.get_client(
                host="127.0.0.1", port=clickhouse.port, username=user, password=password
            )
        assert raised.value.code == 516


def test_a_session_keeps_its_temporary_tables(clickhouse: ClickHouseProcess) -> None:
    session = f"session-{uuid.uuid4()}"
    with clickhouse_connect.get_client(
        host="127.0.0.1",
        port=clickhouse.port,
        username=clickhouse.user,
        password=clickhouse.password,
        session_id=session,
    ) as client:
        client.command("CREATE TEMPORARY TABLE mine (n UInt8)")
        client.command("INSERT INTO mine VALUES (7)")
        assert client.command("SELECT n FROM mine", settings={"max_threads": 1}) == 7
        assert client.command("SELECT getSetting('max_threads') = 1") == 0


async def test_the_async_client(clickhouse: ClickHouseProcess, writer: Client) -> None:
    writer.command("CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n")
    async with await clickhouse_connect.get_async_client(
        host="127.0.0.1",
        port=clickhouse.port,
        username=clickhouse.user,
        password=clickhouse.password,
        database=writer.database,
    ) as client:
        await client.insert("t", [[n] for n in range(100)], column_names=["n"])
        assert (await client.query("SELECT sum(n) FROM t")).result_rows == [(4950,)]
