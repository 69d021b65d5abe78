"""Twilio's side of one request: post, read the answer, post again or drop."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from random import Random
from time import monotonic
from typing import Final

import aiohttp
from yarl import URL

from local.simulator.backoff import Backoff
from local.simulator.webhook import SignedRequest, Webhook

#: Twilio waits this long for an answer.
TIMEOUT_S: Final = 5.0


class Answer(Enum):
    """What an answer means to Twilio."""

    TAKEN = "taken"
    AGAIN = "again"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a request ended, after how many posts; AGAIN means that patience ran out."""

    answer: Answer
    posts: int


def meaning(status: int) -> Answer:
    """2xx is done, 429 and 5xx come again, any other answer loses the events."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer.TAKEN
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer.AGAIN
    return Answer.REFUSED


@dataclass(frozen=True, slots=True)
class Sender:
    """Posts signed bodies to one webhook."""

    session: aiohttp.ClientSession
    webhook: Webhook
    backoff: Backoff
    random: Random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = monotonic

    async def send(self, body: bytes) -> Delivery:
        """Post until it is taken or refused, or patience is over."""
        request = self.webhook.sign(body)
        deadline, posts = self.clock() + self.backoff.patience_s, 0
        while True:
            answer, posts = await self._post(request, body), posts + 1
            if answer is not Answer.AGAIN or self.clock() >= deadline:
                return Delivery(answer, posts)
            await self.sleep(self.backoff.delay(posts, self.random))

    async def _post(self, request: SignedRequest, body: bytes) -> Answer:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        url = URL(request.url, encoded=True)
        try:
            async with self.session.post(
                url, data=body, headers=request.headers, timeout=timeout, allow_redirects=False
            ) as response:
                return meaning(response.status)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Answer.AGAIN
