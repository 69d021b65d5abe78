"""What a column of events would weigh stored otherwise: ``python -m benchmarks.analysts.codecs``.

One column at a time in the table's order, of simulated traffic: bytes an event on disk, and
microseconds of CPU to write and to read it.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import chdb

from benchmarks.analysts.engine import served
from benchmarks.analysts.filling import Size, fill
from sinks.clickhouse import connect
from sinks.migrations import migrate

_MESSAGES: Final = 20_000
_connect: Callable[[str], Any] = chdb.connect  # untyped
_STRING: Final = ("String",)
_TEXTS: Final = ("LowCardinality(String)",)
#: (column, expression or empty for itself, types, codecs).
TRIALS: Final = (
    ("payload", "", _STRING, ("LZ4", "ZSTD(1)", "ZSTD(3)", "ZSTD(6)", "ZSTD(9)", "ZSTD(12)")),
    ("payload", "", ("JSON",), ("ZSTD(1)",)),
    ("dedup_id", "", _STRING, ("LZ4", "ZSTD(1)", "ZSTD(3)")),
    ("dedup_id", "left(dedup_id, 2) || unhex(substring(dedup_id, 3))", _STRING, ("ZSTD(1)",)),
    ("subject_sid", "", (*_STRING, *_TEXTS), ("ZSTD(1)",)),
    (
        "subject_sid",
        "left(subject_sid, 2) || unhex(substring(subject_sid, 3))",
        _STRING,
        ("ZSTD(1)",),
    ),
    ("to_hash", "", (*_STRING, *_TEXTS), ("ZSTD(1)",)),
    ("to_hash", "unhex(to_hash)", _STRING, ("ZSTD(1)",)),
    ("to_masked", "", (*_STRING, *_TEXTS), ("ZSTD(1)",)),
    ("from_address", "", (*_STRING, *_TEXTS), ("ZSTD(1)",)),
    ("tags", "", ("Map(LowCardinality(String), String)",), ("LZ4", "ZSTD(1)")),
    (
        "event_time",
        "",
        ("DateTime64(3)",),
        ("Delta, ZSTD", "DoubleDelta, ZSTD", "T64, ZSTD", "ZSTD"),
    ),
    (
        "received_at",
        "",
        ("DateTime64(3)",),
        ("Delta, ZSTD", "DoubleDelta, ZSTD", "T64, ZSTD", "ZSTD"),
    ),
    ("kafka_offset", "", ("Int64",), ("Delta, ZSTD", "DoubleDelta, ZSTD", "T64, ZSTD", "ZSTD")),
    ("kafka_index", "", ("Int32",), ("LZ4", "Delta, ZSTD", "T64, ZSTD", "ZSTD")),
    ("status", "", _TEXTS, ("LZ4", "ZSTD")),
    ("carrier", "", _TEXTS, ("LZ4", "ZSTD")),
)
_ORDER: Final = "ORDER BY (account_sid, product, event_time, dedup_id)"
_SOURCE: Final = f"CREATE TABLE source ENGINE = MergeTree {_ORDER} AS SELECT * FROM twilio.events"  # noqa: S608  no input


def main() -> None:
    """Fill an engine, and print a line for each trial."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder) as settings:
            migrate(settings)
            with connect(settings) as client:
                fill(client, settings, Size(_MESSAGES, 0), int(time.time() * 1000))
        engine = _connect(str(folder / "data"))
        engine.query(_SOURCE)
        for column, expression, types, codecs in TRIALS:
            for kind in types:
                for codec in codecs:
                    _try(engine, f"{expression or column} AS v", kind, codec)
        engine.close()


def _try(engine: Any, expression: str, kind: str, codec: str) -> None:  # noqa: ANN401  untyped
    engine.query("DROP TABLE IF EXISTS trial")
    engine.query(
        f"CREATE TABLE trial (v {kind} CODEC({codec})) ENGINE = MergeTree ORDER BY tuple() "
        "SETTINGS min_bytes_for_wide_part = 0"
    )
    rows, size = _number(engine, "SELECT count() FROM source"), 0.0
    with _microseconds() as writing:
        engine.query(f"INSERT INTO trial SELECT {expression} FROM source {_ORDER}")  # noqa: S608
    engine.query("OPTIMIZE TABLE trial FINAL")
    with _microseconds() as reading:
        engine.query("SELECT sum(cityHash64(toString(v))) FROM trial")
    size = _number(
        engine,
        "SELECT sum(column_data_compressed_bytes) FROM system.parts_columns "
        "WHERE active AND table = 'trial'",
    )
    cost = f"{writing[0] / rows:6.2f} us to write {reading[0] / rows:6.2f} us to read"
    sys.stdout.write(f"{expression:58} {kind:36} {codec:18} {size / rows:7.2f} bytes {cost}\n")


def _number(engine: Any, sql: str) -> float:  # noqa: ANN401  untyped
    return float(engine.query(sql, "TSV").bytes())


@contextmanager
def _microseconds() -> Iterator[list[float]]:
    taken = [time.process_time()]
    yield taken
    taken[0] = 1e6 * (time.process_time() - taken[0])


if __name__ == "__main__":
    main()
