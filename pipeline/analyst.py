"""A connection to ClickHouse as analysts have it, with errors people can act on."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError, Error

from pipeline.clickhouse import away, client_arguments
from pipeline.errors import PermanentError, PipelineError, UnavailableError

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

    def __init__(self, client: AsyncClient, settings: ClickHouseSettings) -> None:
        self._client = client
        self._settings = settings

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
        except (Error, aiohttp.ClientError, OSError) as error:
            raise _told(self._settings, error) from error


@asynccontextmanager
async def connect_analyst(settings: ClickHouseSettings) -> AsyncIterator[Analyst]:
    """Connect; UnavailableError when ClickHouse does not answer."""
    try:
        client = await clickhouse_connect.get_async_client(
            **client_arguments(settings),
            autogenerate_session_id=False,
            connect_timeout=_CONNECT_S,
            send_receive_timeout=_ANSWER_S,
        )
    except (Error, aiohttp.ClientError, OSError) as error:
        raise _told(settings, error) from error
    try:
        yield Analyst(client, settings)
    finally:
        await client.close()


def _told(settings: ClickHouseSettings, error: Exception) -> PipelineError:
    """An error without a code is of the network, whatever its class."""
    if not isinstance(error, DatabaseError) or error.code is None:
        return UnavailableError(away(settings, error))
    if error.code in _TOO_MUCH:
        return TooMuchError("That takes too long: choose a shorter time.")
    return PermanentError(f"ClickHouse at {settings.url} refuses: {_line(error)}")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
