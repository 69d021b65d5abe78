"""Calls of Twilio's API by people and jobs: patient with limits, errors in one line.

What is read is asked for again; what changes something only where Twilio says that it did nothing
(429), for of a broken call nobody knows whether it took effect.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final, TypeVar

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException

from pipeline.errors import ConfigurationError, PermanentError, PipelineError, UnavailableError
from pipeline.twilio.api import TooManyRequestsError

Kind = TypeVar("Kind")

#: Answers of this many calls in a row that something is wrong at Twilio's end are believed.
_TRIES: Final = 5
#: Limits are waited for as long as each wait is shorter and they are not more in a row.
_LONGEST_WAIT_S: Final = 600.0
_MOST_WAITS: Final = 100
_SERVER_ERRORS: Final = 500
_SHOWN: Final = 200
_AWAY: Final = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
_DENIED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Caller:
    """Calls for one account; ``heard_wait`` is told of waits in seconds."""

    def __init__(
        self,
        account_sid: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        heard_wait: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._account_sid = account_sid
        self._sleep = sleep
        self._heard_wait = heard_wait

    async def read(self, call: Callable[[], Awaitable[Kind]]) -> Kind:
        """What a call without effects gives; PipelineError when it is refused or goes on failing.

        ``call`` is made anew for each try.
        """
        for tried in range(1, _TRIES):
            try:
                return await self._within_limits(call)
            except (*_AWAY, TwilioRestException) as error:
                if isinstance(error, TwilioRestException) and error.status < _SERVER_ERRORS:
                    raise said(error, self._account_sid) from error
            await self._sleep(0.5 * 2**tried)
        return await self.change(call)

    async def change(self, call: Callable[[], Awaitable[Kind]]) -> Kind:
        """What a call that changes something gives; it is made once. Raises as ``read``."""
        with translated(self._account_sid):
            return await self._within_limits(call)

    async def _within_limits(self, call: Callable[[], Awaitable[Kind]]) -> Kind:
        for _ in range(_MOST_WAITS):
            try:
                return await call()
            except TooManyRequestsError as busy:
                if busy.retry_after_s > _LONGEST_WAIT_S:
                    raise
                self._heard_wait(busy.retry_after_s)
                await self._sleep(busy.retry_after_s)
        return await call()


@contextmanager
def translated(account_sid: str) -> Iterator[None]:
    """Raise what calls of the block end in as this project's errors."""
    try:
        yield
    except PipelineError:
        raise
    except (TwilioException, *_AWAY) as error:
        raise said(error, account_sid) from error


def said(error: Exception, account_sid: str) -> PipelineError:
    """The error in one line that says what to do.

    It quotes Twilio's words, so it is not for calls about messages to people.
    """
    if not isinstance(error, TwilioRestException):
        return UnavailableError(
            f"Twilio's API does not answer ({type(error).__name__}): try again, or check the "
            "network and TWILIO_PIPELINE_TWILIO_BASE_URL"
        )
    words = " ".join(str(error.msg).split())[:_SHOWN]
    if error.status in _DENIED:
        return ConfigurationError(
            f"Twilio does not accept the credentials for {account_sid} ({error.code}): check "
            "TWILIO_PIPELINE_TWILIO_PASSWORD, or the account's entry in "
            "TWILIO_PIPELINE_TWILIO_ACCOUNTS, and what the API key may do"
        )
    if error.status >= _SERVER_ERRORS:
        return UnavailableError(f"Twilio's API has trouble ({error.status}): try again later")
    return PermanentError(
        f"Twilio refuses for {account_sid}: {words} "
        f"(see https://www.twilio.com/docs/api/errors/{error.code})"
    )
