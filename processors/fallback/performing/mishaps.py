"""What a call that went wrong says about whether it was taken, and about what to do next."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from twilio.base.exceptions import TwilioRestException

from pipeline.errors import ConfigurationError
from pipeline.twilio.api import TooManyRequestsError
from processors.fallback.errands import Answer, Reply
from processors.fallback.performing.promptness import OverdueError
from processors.fallback.performing.signed import BusyError, RefusedError

_SERVER_ERRORS: Final = 500
_NOT_FOUND: Final = 404
_BUSY_MS: Final = 30_000
_AWAY_MS: Final = 2_000
#: Twilio error codes with a meaning of their own here.
_ANSWERS: Final[dict[int, Answer]] = {
    20404: "gone",
    21610: "opted_out",
    30450: "fraud",
    60200: "refused",
    60202: "spent",
    60203: "spent",
    60212: "later",
    60217: "config",
    60220: "config",
    60223: "config",
    60253: "config",
    60410: "fraud",
}
#: What a call can end in; anything else is a fault of ours.
MISHAPS: Final = (
    TwilioRestException,
    TooManyRequestsError,
    ConfigurationError,
    aiohttp.ClientError,
    asyncio.TimeoutError,
    OSError,
)
#: How the customer's own systems and mail servers decline.
REFUSALS: Final = (BusyError, RefusedError)


class NotBegunError(BusyError):
    """What had to be known before the call could not be had: certainly nothing went out."""


@asynccontextmanager
async def beforehand() -> AsyncIterator[None]:
    """Tell what goes wrong in the block from what leaves open whether something was sent."""
    try:
        yield
    except REFUSALS:
        raise
    except (*MISHAPS, OverdueError) as error:
        raise NotBegunError(_AWAY_MS / 1000) from error


def refusal_of(error: BusyError | RefusedError) -> Reply:
    """The reply for one of ``REFUSALS``."""
    if isinstance(error, RefusedError):
        return Reply(answer="refused", reason=f"status_{error.status}")
    return Reply(answer="later", reason="busy", retry_after_ms=int(error.retry_after_s * 1000))


def reply_to(error: Exception) -> Reply:
    """The reply for a call that ended in one of ``MISHAPS``; it quotes no text of theirs."""
    if isinstance(error, TooManyRequestsError):
        return _too_many(error)
    if isinstance(error, TwilioRestException):
        return _refusal(error)
    if isinstance(error, ConfigurationError):
        return Reply(answer="config", reason="no_credentials")
    if isinstance(error, aiohttp.ClientConnectorError):  # nothing had been sent yet
        return Reply(answer="later", reason="away", retry_after_ms=_AWAY_MS)
    return Reply(answer="unknown", reason=type(error).__name__)


def _too_many(error: TooManyRequestsError) -> Reply:
    """Verify answers so, too, when a code has been sent five times: there is no use in waiting."""
    answer = _ANSWERS.get(error.code, "later")
    reason = f"twilio_{error.code}" if error.code in _ANSWERS else "too_many_requests"
    wait = int(error.retry_after_s * 1000) if answer == "later" else 0
    return Reply(answer=answer, reason=reason, retry_after_ms=wait)


def _refusal(error: TwilioRestException) -> Reply:
    code = error.code or 0
    if error.status >= _SERVER_ERRORS:
        return Reply(answer="unknown", reason=f"status_{error.status}")
    answer = _ANSWERS.get(code, "gone" if error.status == _NOT_FOUND else "refused")
    reason = f"twilio_{code}" if code else f"status_{error.status}"
    return Reply(answer=answer, reason=reason, retry_after_ms=_BUSY_MS if answer == "later" else 0)
