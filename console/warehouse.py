"""The console's questions to ClickHouse: few at a time, each within limits."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final, Protocol

from console.sql import load_sql
from pipeline.analyst import Analyst, connect_analyst
from pipeline.errors import UnavailableError
from pipeline.metrics import CONSOLE_QUERIES, CONSOLE_QUERY_SECONDS
from pipeline.settings import ClickHouseSettings

Row = dict[str, Any]
#: What one question may take: seconds, rows, bytes, threads.
LIMITS: Final = {
    "max_execution_time": 10,
    "max_result_rows": 20_000,
    "max_memory_usage": 2 << 30,
    "max_threads": 2,
}
#: Longer than ClickHouse may take: who says nothing by then has hung.
_ANSWER_S: Final = 15.0


class Ask(Protocol):
    """Asks the question that a file of ``console/sql`` holds."""

    def __call__(self, name: str, /, **parameters: object) -> Awaitable[list[Row]]:
        """Give the rows by column name; raises as ``Warehouse.ask``."""
        ...


class Warehouse:
    """Connects when it is first asked, and again after ClickHouse was away.

    ``at_once`` is how many questions ClickHouse gets at a time, however many pages are open.
    """

    def __init__(self, settings: ClickHouseSettings, at_once: int) -> None:
        self._settings = settings
        self._slots = asyncio.Semaphore(at_once)
        self._connecting = asyncio.Lock()
        self._analyst: Analyst | None = None
        self._exit = AsyncExitStack()

    async def ask(self, name: str, /, **parameters: object) -> list[Row]:
        """The rows, by column name.

        UnavailableError when nobody answers, TooMuchError when it takes more than it may.
        """
        try:
            async with self._slots, asyncio.timeout(_ANSWER_S):
                return await self._asked(name, parameters)
        except TimeoutError:
            raise UnavailableError(f"ClickHouse did not answer within {_ANSWER_S:.0f} s.") from None

    async def close(self) -> None:
        """Leave ClickHouse alone."""
        await self._exit.aclose()

    async def _asked(self, name: str, parameters: dict[str, object]) -> list[Row]:
        analyst = self._analyst or await self._connected()
        CONSOLE_QUERIES.labels(name).inc()
        with CONSOLE_QUERY_SECONDS.labels(name).time():
            return await analyst.named_rows(load_sql(name), parameters, LIMITS)

    async def _connected(self) -> Analyst:
        async with self._connecting:
            if self._analyst is None:
                connection = connect_analyst(self._settings)
                self._analyst = await self._exit.enter_async_context(connection)
            return self._analyst


async def together(*questions: Awaitable[list[Row]]) -> Sequence[list[Row]]:
    """Ask several; the first error counts, and the others are waited for."""
    answers = await asyncio.gather(*questions, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]
