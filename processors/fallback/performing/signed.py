"""Signed calls to the customer's own systems: whom to write to, what to say, what has happened.

``Twilio-Pipeline-Signature`` is what ``pipeline.signing`` says. ``Idempotency-Key`` is the same
however often a call is repeated.
"""

from collections.abc import Callable
from typing import Any, Final

import aiohttp
import msgspec

from pipeline.signing import SIGNATURE_HEADER, signature

_OK: Final = range(200, 300)
_TOO_MANY: Final = 429
_SERVER_ERRORS: Final = 500
_MOST_BYTES: Final = 65_536


class RefusedError(Exception):
    """The other side answered that it will not; ``status`` is what it said."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered {status}")
        self.status = status


class BusyError(Exception):
    """The other side asks us to come back later."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"busy for {retry_after_s:g} s")
        self.retry_after_s = retry_after_s


class SignedCalls:
    """Posts JSON to one URL; ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        secret: bytes,
        clock: Callable[[], float],
    ) -> None:
        self._session = session
        self._url = url
        self._secret = secret
        self._clock = clock

    async def post(self, key: str, job: dict[str, Any]) -> dict[str, Any]:
        """Give the answer's JSON object, empty where there is none.

        RefusedError, BusyError, or what aiohttp raises.
        """
        body = msgspec.json.encode(job)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            SIGNATURE_HEADER: signature(self._secret, int(self._clock()), body),
        }
        async with self._session.post(self._url, data=body, headers=headers) as response:
            if response.status == _TOO_MANY or response.status >= _SERVER_ERRORS:
                raise BusyError(_seconds(response.headers.get("Retry-After")))
            if response.status not in _OK:
                raise RefusedError(response.status)
            return _object(await response.content.read(_MOST_BYTES))


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}


def _seconds(header: str | None) -> float:
    return float(header) if header and header.isdigit() else 2.0
