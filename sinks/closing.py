"""Closes aiokafka's clients; with Kafka away they let the cancelling of their own tasks out."""

import asyncio
from collections.abc import Awaitable, Callable


async def close(closing: Callable[[], Awaitable[object]]) -> None:
    """Close it; only who cancels the caller gets to see a CancelledError.

    A consumer waits for the fetches that it has just cancelled. One that was about to try again
    ends in a CancelledError, which would end a sink that was told to stop in a traceback.
    """
    try:
        await closing()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
