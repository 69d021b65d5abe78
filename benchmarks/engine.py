"""The sink's yardstick: the same engine loading the same rows from a file, in one statement.

``python -m benchmarks.engine FOLDER ROWS.jsonl`` prints the seconds it took. The tables are those
of the product, with everything that hangs on them.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chdb

from sinks.migrations.scripts import shipped

_DATABASE = "twilio"
_connect: Callable[[str], Any] = chdb.connect  # untyped


def main(folder: Path, rows: Path) -> None:
    """Make the tables in the folder, load the rows and print the seconds."""
    engine = _connect(str(folder))
    engine.query(f"CREATE DATABASE {_DATABASE}")
    for script in shipped():
        for statement in script.statements(_DATABASE):
            engine.query(statement)
    started = time.perf_counter()
    engine.query(f"INSERT INTO {_DATABASE}.events_store FROM INFILE '{rows}' FORMAT JSONEachRow")
    print(time.perf_counter() - started)
    engine.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
