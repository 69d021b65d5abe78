"""The extract's file, written record by record and read back the same way."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final, Self

import msgspec

from pipeline.errors import ConfigurationError
from sinks.audit.chain import Link
from sinks.audit.manifest import FileForm
from sinks.audit.record import Record, text_of

_LONGEST_LINE: Final = 1 << 20
_ROWS: Final = 10_000


class NdjsonWriter:
    """One record a line, exactly the bytes that are hashed."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("xb")

    def add(self, link: Link) -> None:
        """Append a record."""
        self._file.write(link.text + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class ParquetWriter:
    """The same records as columns, some thousand at a time."""

    def __init__(self, path: Path) -> None:
        arrow, parquet = _pyarrow()
        self._arrow = arrow
        self._schema = arrow.schema(
            [
                arrow.field(name, _column_type(arrow, kind))
                for name, kind in Record.__annotations__.items()
            ]
        )
        self._writer = parquet.ParquetWriter(
            path, self._schema, compression="zstd", write_page_checksum=True
        )
        self._rows: list[dict[str, Any]] = []

    def add(self, link: Link) -> None:
        """Append a record."""
        self._rows.append(msgspec.structs.asdict(link.record))
        if len(self._rows) >= _ROWS:
            self._write()

    def _write(self) -> None:
        table = self._arrow.Table.from_pylist(self._rows, schema=self._schema)
        self._writer.write_table(table)
        self._rows = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._rows:
                self._write()
        finally:
            self._writer.close()


WRITERS: Final[dict[FileForm, Callable[[Path], NdjsonWriter | ParquetWriter]]] = {
    "ndjson": NdjsonWriter,
    "parquet": ParquetWriter,
}


def read_ndjson(path: Path) -> Iterator[bytes]:
    """The lines without their ends; one that is cut or endless comes as it is."""
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            yield line.removesuffix(b"\n")


def read_parquet(path: Path) -> Iterator[bytes]:
    """The records' canonical texts; ConfigurationError when it can't be read (any more)."""
    arrow, parquet = _pyarrow()
    try:
        with parquet.ParquetFile(path, page_checksum_verification=True) as file:
            for batch in file.iter_batches(_ROWS):
                for row in batch.to_pylist():
                    yield text_of(msgspec.convert(row, Record))
    except (arrow.ArrowException, msgspec.ValidationError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ConfigurationError(f"{path} can't be read, so it was changed: {reason}") from None


READERS: Final[dict[FileForm, Callable[[Path], Iterator[bytes]]]] = {
    "ndjson": read_ndjson,
    "parquet": read_parquet,
}


def _column_type(arrow: Any, kind: Any) -> Any:  # noqa: ANN401  pyarrow ships no types
    return {int: arrow.int64(), bool: arrow.bool_()}.get(kind, arrow.string())


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(
            "Parquet needs pyarrow: install twilio-event-pipeline[parquet], or use --format ndjson"
        ) from None
    return pa, parquet
