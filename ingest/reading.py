"""A request's body, read up to a limit and never beyond."""

from typing import Final

from aiohttp import ClientConnectionError, web
from aiohttp.http_exceptions import HttpProcessingError

from ingest.answers import BROKEN_BODY, TOO_LARGE, RefusedError

#: What aiohttp raises while reading when the sender went away or sent a malformed transfer.
_BROKEN: Final = (
    ConnectionError,
    ClientConnectionError,
    HttpProcessingError,
    web.RequestPayloadError,
)


async def read_body(request: web.Request, limit: int) -> bytes:
    """Read it whole; RefusedError when it is larger than ``limit`` bytes, or breaks off."""
    if (request.content_length or 0) > limit:
        raise RefusedError(TOO_LARGE)
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise RefusedError(TOO_LARGE) from error
    except _BROKEN as error:
        raise RefusedError(BROKEN_BODY) from error
