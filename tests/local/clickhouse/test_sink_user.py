"""What the sink may do: insert, and read what is no secret; nothing else."""

from collections.abc import Iterator

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from local.clickhouse.process import ClickHouseProcess
from local.clickhouse.users import SINK, sink_password

REFUSED = [
    "CREATE TABLE u (n UInt8) ENGINE = Memory",
    "ALTER TABLE t DELETE WHERE 1",
    "DROP TABLE t",
    "TRUNCATE TABLE t",
    "SYSTEM STOP MERGES",
    "INSERT INTO FUNCTION file('/tmp/out', 'CSV') SELECT 1",
    "INSERT INTO t SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "INSERT INTO t SELECT n FROM clear_numbers",
    "SELECT * FROM clear_numbers",
    "SELECT 1 WHERE 1 IN clear_numbers",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT 1 INTO OUTFILE '/tmp/sink-out'",
]


@pytest.fixture
def sink(clickhouse: ClickHouseProcess, writer: Client) -> Iterator[Client]:
    """The sink, in the administrator's database with a table and clear numbers."""
    for table in ("t", "clear_numbers"):
        writer.command(f"CREATE TABLE {table} (n UInt8) ENGINE = MergeTree ORDER BY n")
    client = clickhouse_connect.get_client(
        host="127.0.0.1",
        port=clickhouse.port,
        username=SINK,
        password=sink_password(clickhouse.password),
        database=str(writer.database),
        autogenerate_session_id=False,
    )
    yield client
    client.close()


def test_it_inserts_rows_and_what_it_reads(sink: Client, writer: Client) -> None:
    for table in ("t", "clear_numbers"):
        sink.insert(table, [[1], [2]], column_names=["n"])
    sink.command(
        "INSERT INTO t SELECT n + {more:UInt8} AS m FROM t WHERE n = 1", parameters={"more": 8}
    )
    assert sink.query("SELECT n FROM t ORDER BY n").result_rows == [(1,), (2,), (9,)]
    assert writer.command("SELECT count() FROM clear_numbers") == 2


def test_it_does_nothing_else(sink: Client, writer: Client) -> None:
    for statement in REFUSED:
        with pytest.raises(DatabaseError) as raised:
            sink.raw_query(statement)
        assert raised.value.code in {164, 497}, statement
    assert writer.command("SELECT count() FROM t") == 0


def test_its_password_is_not_the_administrators(clickhouse: ClickHouseProcess) -> None:
    with pytest.raises(DatabaseError):
        clickhouse_connect.get_client(
            host="127.0.0.1", port=clickhouse.port, username=SINK, password=clickhouse.password
        )
