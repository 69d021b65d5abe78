"""The engine itself, with users and a Keeper of its own, for what the local server does not have.

A process may open one engine, so this runs as a program: the statements come as JSON on its
standard input, and for each it writes the answer's text, or the error's code and message.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chdb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONGEST_SECONDS = 120
_connect: Callable[[str], Any] = chdb.connect


def answers(folder: Path, configuration: str, statements: Sequence[str]) -> list[str]:
    """What the engine with this configuration says to each statement; errors as ``Code: ...``."""
    (folder / "config.xml").write_text(configuration, "utf-8")
    done = subprocess.run(  # noqa: S603  ourselves
        [sys.executable, __file__, str(folder)],
        input=json.dumps(list(statements)),
        stdout=subprocess.PIPE,
        text=True,
        timeout=LONGEST_SECONDS,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(told, list)
    return [str(each) for each in told]


def main(folder: Path) -> None:
    statements: list[str] = json.load(sys.stdin)
    connection = _connect(f"{folder}/data?config-file={folder}/config.xml")
    told = []
    for statement in statements:
        try:
            told.append(str(connection.query(statement, "TSV").data()).strip())
        except (chdb.ChdbError, RuntimeError) as error:
            told.append(str(error).splitlines()[0])
    sys.stdout.write(f"\n{json.dumps(told)}\n")
    sys.stdout.flush()
    os._exit(0)  # tables whose Keeper is gone would be waited for


if __name__ == "__main__":
    main(Path(sys.argv[1]))
