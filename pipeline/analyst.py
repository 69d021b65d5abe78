"""A connection to ClickHouse as analysts have it, with errors people can act on."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError, Error

from pipeline.errors import PermanentError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from clickhouse_connect.driver.asyncclient import AsyncClient
    from clickhouse_connect.driver.query import QueryResult

    from pipeline.settings import ClickHouseSettings

_CONNECT_S = 3
_ANSWER_S = 60
#: ClickHouse's codes for a question that takes more time, rows or memory than it may.
_TOO_MUCH = frozenset({158, 159, 160, 241, 307, 396})


class TooMuchError(PermanentError):
    """A question takes more than it may; one about a shorter time takes less."""


class Analyst:
    """Asks the views; any number of questions at once."""

    def __init__(self, client: AsyncClient, url: str) -> None:
        self._client = client
        self._url = url

    async def rows(
        self, sql: str, parameters: dict[str, Any], limits: Mapping[str, int] | None = None
    ) -> Sequence[Sequence[Any]]:
        """Return the rows of one question; ``limits`` are ClickHouse's settings for it.

        UnavailableError when nobody answers, TooMuchError when it takes more than it may,
        another PermanentError when the engine refuses.
        """
        return (await self._answer(sql, parameters, limits)).result_rows

    async def named_rows(
        self, sql: str, parameters: dict[str, Any], limits: Mapping[str, int] | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows by column name; raises as ``rows`` does."""
        return list((await self._answer(sql, parameters, limits)).named_results())

    async def _answer(
        self, sql: str, parameters: dict[str, Any], limits: Mapping[str, int] | None
    ) -> QueryResult:
        try:
            return await self._client.query(sql, parameters, dict(limits or {}))
        except DatabaseError as error:
            if error.code in _TOO_MUCH:
                raise TooMuchError("That takes too long: choose a shorter time.") from error
            raise PermanentError(f"ClickHouse refused a question: {_line(error)}") from error
        except (Error, aiohttp.ClientError, OSError) as error:
            raise _unreachable(self._url, error) from error


@asynccontextmanager
async def connect_analyst(settings: ClickHouseSettings) -> AsyncIterator[Analyst]:
    """Connect; UnavailableError when ClickHouse does not answer."""
    url = urlsplit(settings.url)
    try:
        client = await clickhouse_connect.get_async_client(
            host=url.hostname,
            port=url.port or (8443 if url.scheme == "https" else 8123),
            secure=url.scheme == "https",
            username=settings.user,
            password=settings.password.get_secret_value(),
            database=settings.database,
            autogenerate_session_id=False,
            connect_timeout=_CONNECT_S,
            send_receive_timeout=_ANSWER_S,
        )
    except (Error, aiohttp.ClientError, OSError) as error:
        raise _unreachable(settings.url, error) from error
    try:
        yield Analyst(client, settings.url)
    finally:
        await client.close()


def _unreachable(url: str, error: BaseException) -> UnavailableError:
    return UnavailableError(
        f"ClickHouse at {url} does not answer: start it, or name another with --stack "
        f"or TWILIO_PIPELINE_CLICKHOUSE_URL ({_line(error)})"
    )


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
