"""A request's body, read up to a limit and a deadline and never beyond."""

import asyncio
from typing import Final

import msgspec
from aiohttp import ClientConnectionError, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from ingest.answers import BAD_ENCODING, BROKEN_BODY, SLOW_BODY, TOO_LARGE, Answer, RefusedError
from ingest.encoding import BombError, EncodingError, decoded, is_plain
from ingest.gate import Gate
from ingest.signature import body_matches
from pipeline.metrics import INGEST_BYTES

#: What aiohttp raises while reading when the sender went away or sent a malformed transfer.
_BROKEN: Final = (
    ConnectionError,
    ClientConnectionError,
    HttpProcessingError,
    web.RequestPayloadError,
)


class BodyLimits(msgspec.Struct, frozen=True):
    """Largest body as sent and inflated (bytes), and how long a sender has for it (seconds)."""

    max_bytes: int
    timeout_s: float


class Body(msgspec.Struct, frozen=True):
    """A body as it came, and what its content encoding makes of it."""

    raw: bytes
    encoding: str
    limit: int

    def content(self) -> bytes:
        """The body without its content encoding; RefusedError when it is too large or broken."""
        if is_plain(self.encoding):
            return self.raw
        try:
            return decoded(self.raw, self.encoding, self.limit)
        except BombError as error:
            raise RefusedError(TOO_LARGE) from error
        except EncodingError as error:
            raise RefusedError(BAD_ENCODING) from error

    def matches(self, claimed: str) -> bool:
        """Whether the signed hash is that of the bytes as sent, or before they were encoded.

        Twilio signs what it sends; a proxy that compresses on its way in changes that.
        """
        if body_matches(self.raw, claimed):
            return True
        return not is_plain(self.encoding) and body_matches(self.content(), claimed)


async def read_body(request: web.Request, limits: BodyLimits, gate: Gate) -> Body:
    """Read it whole; RefusedError when it is too large or too slow, or breaks off."""
    raw = _at_once(request) if request.content.is_eof() else await _wait_for(request, limits, gate)
    if len(raw) > limits.max_bytes:
        raise RefusedError(TOO_LARGE)
    INGEST_BYTES.inc(len(raw))
    return Body(raw, request.headers.get(hdrs.CONTENT_ENCODING, ""), limits.max_bytes)


def _at_once(request: web.Request) -> bytes:
    """Most bodies have come with their heads and need neither a deadline nor more memory."""
    try:
        return request.content.read_nowait()
    except _BROKEN as error:
        raise RefusedError(BROKEN_BODY) from error


async def _wait_for(request: web.Request, limits: BodyLimits, gate: Gate) -> bytes:
    expected = request.content_length
    if (expected or 0) > limits.max_bytes:
        raise RefusedError(TOO_LARGE)
    with gate.reading(limits.max_bytes if expected is None else expected):
        return await _within(request, limits.timeout_s)


async def _within(request: web.Request, seconds: float) -> bytes:
    try:
        async with asyncio.timeout(seconds):
            return await _read(request)
    except TimeoutError as error:
        raise _cut(request, SLOW_BODY) from error


async def _read(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise RefusedError(TOO_LARGE) from error
    except _BROKEN as error:
        raise RefusedError(BROKEN_BODY) from error


def _cut(request: web.Request, answer: Answer) -> RefusedError:
    """Let the connection end with the answer; the rest of the body is not waited for."""
    request.protocol.keep_alive(False)
    return RefusedError(answer)
