"""One POST, and what its answer says about trying again."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
import msgspec

from processors.notifier.message import SENT, Answer

_TOO_MANY: Final = 429
_REQUEST_TIMEOUT: Final = 408
_SERVER_ERROR: Final = 500
_REDIRECT: Final = 300
_MOST_READ: Final = 64 * 1024
_LONGEST_WAIT_S: Final = 3600.0


class Reply(msgspec.Struct, frozen=True):
    """The answer's meaning, and what was read of its body."""

    answer: Answer
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        """The body as an object; empty where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


async def post(
    url: str, body: object, *, timeout_s: float, headers: Mapping[str, str] | None = None
) -> Reply:
    """Send ``body`` as JSON (bytes as they are); never raises for what the other side does.

    A session each: alerts are rare, and nothing stays open. Redirects are not followed, for they
    would carry what is secret elsewhere.
    """
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    sent = {"Content-Type": "application/json", **(headers or {})}
    limit = aiohttp.ClientTimeout(total=timeout_s)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, trust_env=True) as session,
            session.post(url, data=data, headers=sent, allow_redirects=False) as response,
        ):
            content = await response.content.read(_MOST_READ)
            return Reply(judge(response.status, response.headers.get("Retry-After", "")), content)
    except aiohttp.InvalidURL:
        return Reply(Answer(end="refused", reason="the URL can't be used"))
    except (aiohttp.ClientConnectorError, aiohttp.ClientProxyConnectionError):
        return Reply(Answer(end="later", reason="can't connect"))
    except TimeoutError:
        return Reply(Answer(end="later", reason="timed out", may_have_arrived=True))
    except aiohttp.ClientError:
        return Reply(Answer(end="later", reason="connection lost", may_have_arrived=True))


def judge(status: int, retry_after: str = "") -> Answer:
    """What a status means: 2xx sent; 408, 429 and 5xx later; the rest will never be taken."""
    reason = f"HTTP {status}"
    if status < _REDIRECT:
        return SENT
    if status in {_TOO_MANY, _REQUEST_TIMEOUT}:
        return Answer(end="later", reason=reason, retry_after_s=seconds_of(retry_after))
    if status >= _SERVER_ERROR:
        wait = seconds_of(retry_after)
        return Answer(end="later", reason=reason, retry_after_s=wait, may_have_arrived=True)
    return Answer(end="refused", reason=reason)


def seconds_of(retry_after: str) -> float:
    """The header Retry-After in seconds, at most an hour; 0 when it says nothing."""
    try:
        wait = float(retry_after)
    except ValueError:
        wait = _until(retry_after)
    return min(max(wait, 0.0), _LONGEST_WAIT_S) if wait == wait else 0.0  # noqa: PLR0124  not a number


def _until(moment: str) -> float:
    try:
        return (parsedate_to_datetime(moment) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0.0
