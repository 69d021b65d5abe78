"""Connections to ClickHouse, and what its errors mean for the one who called."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import (
    ClickHouseError,
    DataError,
    Error,
    OperationalError,
)

from pipeline.clickhouse import away, client_arguments
from pipeline.errors import PermanentError, PipelineError, UnavailableError
from pipeline.settings import ClickHouseSettings
from sinks import error_codes
from sinks.errors import OverloadedError, RefusedRowsError, TooLargeError

_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 120
_SHOWN: Final = 300
_WAITING: Final[dict[frozenset[int], type[UnavailableError]]] = {
    error_codes.PASSING: UnavailableError,
    error_codes.OVERLOADED: OverloadedError,
    error_codes.TOO_LARGE: TooLargeError,
}
# What the driver puts around the server's own words.
_WRAPPING: Final = re.compile(r"^.*?DB::Exception: |\(for url [^)]*\)\s*$|\(version [^)]*\)+")


@contextmanager
def connect(settings: ClickHouseSettings, database: str | None = None) -> Iterator[Client]:
    """A client for the block, safe to share among threads; raises as ``open_client`` does."""
    with closing(open_client(settings, database)) as client:
        yield client


def open_client(settings: ClickHouseSettings, database: str | None = None) -> Client:
    """Connect; UnavailableError when nothing answers, PermanentError when it refuses us."""
    arguments = client_arguments(settings)
    if database:
        arguments["database"] = database
    with translated(settings):
        return clickhouse_connect.get_client(
            **arguments,
            compress="lz4",
            connect_timeout=_CONNECT_SECONDS,
            send_receive_timeout=_ANSWER_SECONDS,
            autogenerate_session_id=False,
            query_retries=0,
        )


@contextmanager
def translated(settings: ClickHouseSettings) -> Iterator[None]:
    """Raise ClickHouse's errors as this project's, in one line."""
    try:
        yield
    except ClickHouseError as error:
        raise as_pipeline_error(settings, error) from error


def as_pipeline_error(settings: ClickHouseSettings, error: ClickHouseError) -> PipelineError:
    """By code: UnavailableError when it may pass, RefusedRowsError when a row is at fault.

    Any other is a PermanentError: it concerns the table, our rights or something unknown, and
    whoever calls must stop rather than give up data.
    """
    code = error.code if isinstance(error, Error) else None
    if code is None and isinstance(error, OperationalError):
        return UnavailableError(away(settings, error))
    if isinstance(error, DataError) or code in error_codes.OF_A_ROW:
        cause = _cause(error)  # without the server's words: they may quote the row
        return RefusedRowsError(f"ClickHouse at {settings.url} refuses rows: {cause}", cause)
    said = said_by(error)
    for codes, kind in _WAITING.items():
        if code in codes:
            return kind(f"ClickHouse at {settings.url} is not able now: {said}")
    return PermanentError(f"ClickHouse at {settings.url} refuses: {said}")


def _cause(error: ClickHouseError) -> str:
    name = error.name if isinstance(error, Error) else None
    if name is None and isinstance(error, Error) and error.code is not None:
        return f"ClickHouse error {error.code}"
    return name or "no column can hold it"


def said_by(error: ClickHouseError) -> str:
    """The server's own words, in one line of bounded length."""
    return _WRAPPING.sub("", " ".join(str(error).split())).strip()[:_SHOWN]
