"""What a call that went wrong says about whether it was taken, and about what to do next."""

import asyncio
from typing import Final

import aiohttp
from twilio.base.exceptions import TwilioRestException

from pipeline.errors import ConfigurationError
from pipeline.twilio.api import TooManyRequestsError
from processors.fallback.errands import Answer, Reply

_SERVER_ERRORS: Final = 500
_NOT_FOUND: Final = 404
_BUSY_MS: Final = 30_000
_AWAY_MS: Final = 2_000
#: Twilio error codes with a meaning of their own here.
_ANSWERS: Final[dict[int, Answer]] = {
    20404: "gone",
    60200: "refused",
    60202: "spent",
    60203: "spent",
    60212: "later",
    60217: "config",
    60220: "config",
    60223: "config",
    60253: "config",
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


def reply_to(error: Exception) -> Reply:
    """The reply for a call that ended in one of ``MISHAPS``; it quotes no text of theirs."""
    if isinstance(error, TooManyRequestsError):
        wait = int(error.retry_after_s * 1000)
        return Reply(answer="later", reason="too_many_requests", retry_after_ms=wait)
    if isinstance(error, TwilioRestException):
        return _refusal(error)
    if isinstance(error, ConfigurationError):
        return Reply(answer="config", reason="no_credentials")
    if isinstance(error, aiohttp.ClientConnectorError):  # nothing had been sent yet
        return Reply(answer="later", reason="away", retry_after_ms=_AWAY_MS)
    return Reply(answer="unknown", reason=type(error).__name__)


def _refusal(error: TwilioRestException) -> Reply:
    code = error.code or 0
    if error.status >= _SERVER_ERRORS:
        return Reply(answer="unknown", reason=f"status_{error.status}")
    answer = _ANSWERS.get(code, "gone" if error.status == _NOT_FOUND else "refused")
    reason = f"twilio_{code}" if code else f"status_{error.status}"
    return Reply(answer=answer, reason=reason, retry_after_ms=_BUSY_MS if answer == "later" else 0)
