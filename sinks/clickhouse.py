"""Connections to ClickHouse, and what its errors mean for the one who called."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, Error, OperationalError

from pipeline.errors import PermanentError, PipelineError, UnavailableError
from pipeline.settings import ClickHouseSettings

_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 120
_SHOWN: Final = 300

#: Codes after which the same call may work a while later.
_PASSING: Final = frozenset(
    {
        159,  # TIMEOUT_EXCEEDED
        160,  # TOO_SLOW
        198,  # DNS_ERROR
        202,  # TOO_MANY_SIMULTANEOUS_QUERIES
        203,  # NO_FREE_CONNECTION
        209,  # SOCKET_TIMEOUT
        210,  # NETWORK_ERROR
        225,  # NO_ZOOKEEPER
        236,  # ABORTED
        241,  # MEMORY_LIMIT_EXCEEDED
        242,  # TABLE_IS_READ_ONLY
        243,  # NOT_ENOUGH_SPACE
        252,  # TOO_MANY_PARTS
        279,  # ALL_CONNECTION_TRIES_FAILED
        285,  # TOO_FEW_LIVE_REPLICAS
        286,  # UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
        319,  # UNKNOWN_STATUS_OF_INSERT
        425,  # SYSTEM_ERROR
        439,  # CANNOT_SCHEDULE_TASK
        473,  # DEADLOCK_AVOIDED
        999,  # KEEPER_EXCEPTION
    }
)


# What the driver puts around the server's own words.
_WRAPPING: Final = re.compile(r"^.*?DB::Exception: |\(for url [^)]*\)\s*$|\(version [^)]*\)+")


@contextmanager
def connect(settings: ClickHouseSettings, database: str | None = None) -> Iterator[Client]:
    """A client for the block, safe to share among threads; raises as ``open_client`` does."""
    with closing(open_client(settings, database)) as client:
        yield client


def open_client(settings: ClickHouseSettings, database: str | None = None) -> Client:
    """Connect; UnavailableError when nothing answers, PermanentError when it refuses us."""
    url = urlsplit(settings.url)
    with translated(settings):
        return clickhouse_connect.get_client(
            host=url.hostname or "127.0.0.1",
            port=url.port or (8443 if url.scheme == "https" else 8123),
            secure=url.scheme == "https",
            username=settings.user,
            password=settings.password.get_secret_value(),
            database=database or settings.database,
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
    """UnavailableError when it may pass by itself, else PermanentError."""
    code = error.code if isinstance(error, Error) else None
    said = said_by(error)
    if code is None and isinstance(error, OperationalError):
        return UnavailableError(
            f"ClickHouse at {settings.url} does not answer: start it, or set "
            "TWILIO_PIPELINE_CLICKHOUSE_URL"
        )
    if code in _PASSING:
        return UnavailableError(f"ClickHouse at {settings.url} is not able now: {said}")
    return PermanentError(f"ClickHouse at {settings.url} refuses: {said}")


def said_by(error: ClickHouseError) -> str:
    """The server's own words, in one line of bounded length."""
    return _WRAPPING.sub("", " ".join(str(error).split())).strip()[:_SHOWN]
