"""A whole run: plan, pace, post, and keep the truth."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Final

import aiohttp

from local.simulator.backoff import Backoff
from local.simulator.batches import Batch, batches
from local.simulator.schedule import schedule
from local.simulator.seeds import seeded
from local.simulator.sender import Answer, Delivery, Sender
from local.simulator.tally import Tally
from local.simulator.traffic import Plan, stories
from local.simulator.truth_writer import TruthWriter
from local.simulator.webhook import Webhook
from pipeline.errors import ConfigurationError

#: Requests under way at once.
CONCURRENCY: Final = 24


@dataclass(slots=True)
class Run:
    """One run against one webhook; ``tally`` is true at any time."""

    plan: Plan
    webhook: Webhook
    truth_file: Path
    backoff: Backoff = field(default_factory=Backoff)
    tally: Tally = field(default_factory=Tally)

    async def execute(self) -> Tally:
        """Send everything; the truth file is complete when this returns.

        Raises ConfigurationError when the truth file can't be written.
        """
        try:
            file = self.truth_file.open("wb")
        except OSError as error:
            message = f"can't write the truth file {self.truth_file}: {error.strerror}"
            raise ConfigurationError(message) from error
        with file:
            truth = TruthWriter(file)
            try:
                await self._send_all(truth)
            finally:
                truth.finish()
        return self.tally

    async def _send_all(self, truth: TruthWriter) -> None:
        slots = asyncio.Semaphore(CONCURRENCY)
        async with self._sender() as sender, asyncio.TaskGroup() as tasks:
            for batch in self._batches():
                await _until(batch.due)
                await slots.acquire()
                task = tasks.create_task(self._deliver(sender, batch, truth))
                task.add_done_callback(lambda _: slots.release())

    def _batches(self) -> Iterator[Batch]:
        plan = self.plan
        posts = schedule(stories(plan), plan.timing, seeded(plan.seed, "posts"))
        return batches(posts, seeded(plan.seed, "batches"))

    @asynccontextmanager
    async def _sender(self) -> AsyncIterator[Sender]:
        connector = aiohttp.TCPConnector(limit=CONCURRENCY)
        async with aiohttp.ClientSession(connector=connector) as session:
            yield Sender(session, self.webhook, self.backoff, seeded(self.plan.seed, "backoff"))

    async def _deliver(self, sender: Sender, batch: Batch, truth: TruthWriter) -> None:
        delivery = await sender.send(batch.body)
        self._count(delivery, len(batch.posts))
        if delivery.answer is Answer.TAKEN:
            for post in batch.posts:
                truth.acknowledged(post.event)
        self.tally.distinct, self.tally.messages = truth.events, truth.messages

    def _count(self, delivery: Delivery, events: int) -> None:
        self.tally.requests += delivery.posts
        self.tally.resends += delivery.posts - 1
        if delivery.answer is Answer.TAKEN:
            self.tally.events += events
        elif delivery.answer is Answer.REFUSED:
            self.tally.refused += events
        else:
            self.tally.given_up += events


async def _until(due: int) -> None:
    """Wait for a moment in epoch milliseconds; one that is past costs nothing."""
    wait = due / 1_000 - time()
    if wait > 0:
        await asyncio.sleep(wait)
