"""Runs a simulation and tells, on standard error, how far it is."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from rich.console import Console
from rich.status import Status

from local.simulator.run import Run
from local.simulator.tally import Tally
from pipeline.errors import UnavailableError

_EVERY_S: Final = 0.5
_EVERY_PLAIN_S: Final = 5.0


async def report_progress(run: Run) -> Tally:
    """Execute the run under a spinner on a terminal, else with a plain line now and then.

    UnavailableError when nothing listens at the webhook's address.
    """
    await _require_listener(run.webhook.post_url)
    console = Console(stderr=True)
    task = asyncio.create_task(run.execute())
    if not console.is_terminal:
        return await _plain(console, run, task)
    with console.status("sending") as status:
        return await _spinning(status, run, task)


async def _spinning(status: Status, run: Run, task: asyncio.Task[Tally]) -> Tally:
    while not await _done(task, _EVERY_S):
        status.update(run.tally.describe())
    return await task


async def _plain(console: Console, run: Run, task: asyncio.Task[Tally]) -> Tally:
    while not await _done(task, _EVERY_PLAIN_S):
        console.print(run.tally.describe(), highlight=False, soft_wrap=True)
    return await task


async def _done(task: asyncio.Task[Tally], timeout: float) -> bool:  # noqa: ASYNC109  a poll
    done, _ = await asyncio.wait({task}, timeout=timeout)
    return bool(done)


async def _require_listener(url: str) -> None:
    parts = urlsplit(url)
    try:
        _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError:
        raise UnavailableError(
            f"nothing listens at {url}: start the stack with `twilio-pipeline up --data DIR`"
        ) from None
    writer.close()
