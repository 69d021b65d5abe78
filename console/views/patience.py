"""Figures that may be left out rather than cost a view its answer."""

from collections.abc import Awaitable

from console.warehouse import Row
from pipeline.analyst import TooMuchError


async def if_affordable(question: Awaitable[list[Row]]) -> list[Row]:
    """The rows, or none where ClickHouse says that finding them takes too much."""
    try:
        return await question
    except TooMuchError:
        return []
