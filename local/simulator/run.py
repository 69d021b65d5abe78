"""A whole run: plan, pace, post, and keep the truth."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import time
from typing import Final

import aiohttp

from local.simulator.backoff import Backoff
from local.simulator.batches import Batch, batches
from local.simulator.planned import Story
from local.simulator.schedule import Post, posts_of, schedule
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
    """One run against one webhook; ``tally`` is true at any time.

    ``on_story`` hears of each story before it is sent. What goes on because of the product's own
    calls comes in by ``tell``; for that the run stays open ``linger_s`` beyond the last post.
    """

    plan: Plan
    webhook: Webhook
    truth_file: Path
    backoff: Backoff = field(default_factory=Backoff)
    tally: Tally = field(default_factory=Tally)
    on_story: Callable[[Story], None] = lambda _story: None
    linger_s: float = 0.0
    _post: Callable[[Post], None] | None = None
    _quiet_from: float = 0.0
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = seeded(self.plan.seed, "told")

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

    def tell(self, story: Story) -> None:
        """Send a story besides the plan's; once the run has ended Twilio keeps it to itself."""
        if self._post:
            for event in story:
                for post in posts_of(event, self.plan.timing, self._random):
                    self._post(post)

    async def _send_all(self, truth: TruthWriter) -> None:
        slots = asyncio.Semaphore(CONCURRENCY)

        async def deliver(batch: Batch) -> None:
            await _until(batch.due)
            async with slots:
                await self._deliver(sender, batch, truth)

        def post(told: Post) -> None:
            self._quiet_from = max(self._quiet_from, told.due / 1_000)
            tasks.create_task(deliver(Batch((told,))))

        async with self._sender() as sender, asyncio.TaskGroup() as tasks:
            self._post = post
            for batch in self._batches():
                await _until(batch.due)
                await slots.acquire()
                task = tasks.create_task(self._deliver(sender, batch, truth))
                task.add_done_callback(lambda _: slots.release())
            await self._linger()
            self._post = None

    async def _linger(self) -> None:
        """Until nothing was told for ``linger_s``, and for three times as long at most."""
        latest = time() + 3 * self.linger_s
        self._quiet_from = max(self._quiet_from, time())
        while True:
            left = min(self._quiet_from + self.linger_s, latest) - time()
            if left <= 0:
                return
            await asyncio.sleep(left)

    def _batches(self) -> Iterator[Batch]:
        plan = self.plan
        posts = schedule(self._stories(), plan.timing, seeded(plan.seed, "posts"))
        return batches(posts, seeded(plan.seed, "batches"))

    def _stories(self) -> Iterator[tuple[int, Story]]:
        for start, story in stories(self.plan):
            self.on_story(story)
            yield start, story

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
