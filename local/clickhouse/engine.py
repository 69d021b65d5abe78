"""The engine of one data folder, and the handles through which it is used."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import chdb

from local.clickhouse.configuration import source
from local.clickhouse.default_database import forget_empty_default, replace_default
from local.clickhouse.failure import QueryError
from local.clickhouse.handover import as_file
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from local.clickhouse.statement import Insert

# The bindings raise ChdbError from queries and RuntimeError from inserts.
_ENGINE_ERRORS: Final = (chdb.ChdbError, RuntimeError)
_connect: Callable[[str], Any] = chdb.connect


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement gave: bytes in the format asked for, and what it cost."""

    body: bytes
    read_rows: int
    read_bytes: int
    written_rows: int
    written_bytes: int
    seconds: float


class Handle:
    """One connection to the engine with its own settings, database and temporary tables.

    Blocking; used by one thread at a time.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401  (the bindings have no types)
        self._connection = connection

    def query(self, statement: str, form: str, params: Mapping[str, str]) -> Answer:
        """Run one statement; raises QueryError."""
        start = time.perf_counter()
        try:
            result = self._connection.query(statement, form, params=dict(params))
        except _ENGINE_ERRORS as error:
            raise QueryError.from_engine(str(error)) from error
        return Answer(
            result.bytes() or b"",
            result.storage_rows_read(),
            result.storage_bytes_read(),
            result.rows_written(),
            result.bytes_written(),
            time.perf_counter() - start,
        )

    def insert(self, insert: Insert) -> Answer:
        """Insert the rows that came with the request; raises QueryError."""
        start = time.perf_counter()
        try:
            with as_file(insert.data) as path:
                source = f"FROM INFILE {quote(path)} {insert.settings} FORMAT {insert.format}"
                done = self._connection.query(f"{insert.head} {source}", "Null")
        except _ENGINE_ERRORS as error:
            raise QueryError.from_engine(str(error)) from error
        seconds = time.perf_counter() - start
        return Answer(b"", 0, 0, done.rows_written(), done.bytes_written(), seconds)

    def use(self, database: str) -> None:
        """Make it the current database; raises QueryError when there is none of that name."""
        self.query(f"USE {quote_name(database)}", "Null", {})

    def set(self, settings: Mapping[str, str]) -> None:
        """Change settings of this handle; raises QueryError for one that does not exist."""
        if settings:
            changes = ", ".join(f"{quote_name(k)} = {quote(v)}" for k, v in settings.items())
            self.query(f"SET {changes}", "Null", {})

    def reset(self, names: Mapping[str, str]) -> None:
        """Give the settings their defaults again."""
        if names:
            changes = ", ".join(f"{quote_name(name)} = DEFAULT" for name in names)
            self.query(f"SET {changes}", "Null", {})

    def close(self) -> None:
        """Free it; the engine stays."""
        self._connection.close()


class Engine:
    """The one engine of this process: chdb allows one data folder a process."""

    def __init__(self, source: str, root: Handle) -> None:
        self._source = source
        self._root = root

    @classmethod
    def open(cls, path: Path) -> Self:
        """Start it on a folder, made when missing.

        Raises ConfigurationError when the folder is in use or can't be used.
        """
        path.mkdir(parents=True, exist_ok=True)
        forget_empty_default(path)
        named = source(path)
        try:
            root = Handle(_connect(named))
        except _ENGINE_ERRORS as error:
            reason = str(error).splitlines()[0]
            raise ConfigurationError(
                f"can't use {path}, which another server may be using; stop that one first "
                f"({reason})",
            ) from error
        replace_default(root)
        return cls(named, root)

    def handle(self, writes: bool) -> Handle:
        """Open a fresh handle; cheap (0.4 ms), so every request without a session has its own.

        One that does not write stays so: the engine does not take read-only back.
        """
        handle = Handle(_connect(self._source))
        if not writes:
            handle.set({"readonly": "2"})
        return handle

    def close(self) -> None:
        """Stop the engine; needs all handles closed."""
        self._root.close()


def quote(value: str) -> str:
    """Write a string literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quote_name(name: str) -> str:
    """Write an identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"
