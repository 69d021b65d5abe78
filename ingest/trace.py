"""The trace a request belongs to, by W3C's Trace Context.

A record may hold the events of many requests, but can belong to one trace only: so it carries
``traceparent`` when all of its events came in one request, and none otherwise.
"""

import re
from typing import Final

from aiohttp import web

_HEADER: Final = "traceparent"
_VALUE: Final = re.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def trace_of(request: web.Request) -> bytes:
    """The ``traceparent`` of a request; empty when it has none, or one that is no such thing."""
    value = request.headers.get(_HEADER)
    return value.encode() if value and _VALUE.fullmatch(value) else b""
