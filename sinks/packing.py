"""The body of an insert: the rows as columns in ClickHouse's own format, compressed.

Making it costs about as much as half of decoding. It is made apart from sending it, so that the
next insert's body can be made while ClickHouse works on the last one.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from clickhouse_connect.datatypes.base import ClickHouseType
from clickhouse_connect.datatypes.registry import get_from_name
from clickhouse_connect.driver.insert import InsertContext
from clickhouse_connect.driver.transform import NativeTransform

from sinks.load import Row
from sinks.tables.table import Table

#: What the body is compressed with, as HTTP names it.
COMPRESSION: Final = "lz4"


def pack(table: Table, database: str, rows: Sequence[Row]) -> bytes:
    """The statement and its rows; raises what the driver does for a value no column can hold."""
    context = InsertContext(
        f"{database}.{table.name}",
        table.column_names,
        _types(table),
        list(zip(*rows, strict=True)),
        column_oriented=True,
        compression=COMPRESSION,
    )
    body = b"".join(NativeTransform.build_insert(context))
    if context.insert_exception is not None:
        raise context.insert_exception
    return body


@cache
def _types(table: Table) -> list[ClickHouseType]:
    return [get_from_name(kind) for kind in table.column_types]
