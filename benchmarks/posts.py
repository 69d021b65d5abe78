"""Signed webhook posts made beforehand, so that making them costs nothing while measuring."""

import hashlib
import hmac
from base64 import b64encode
from itertools import islice
from typing import Final

from benchmarks.traffic import events
from pipeline.records import join

AUTH_TOKEN: Final = "benchmark"  # noqa: S105  guards nothing
PUBLIC_URL: Final = "https://example.com/twilio/events"
_PATH: Final = "/twilio/events"
_START_MS: Final = 1_780_000_000_000


def posts(count: int, events_each: int) -> list[bytes]:
    """Whole HTTP requests, each an array of events and signed as Twilio does."""
    elements = (event for _, event in events(count * events_each, _START_MS))
    return [_request(join(islice(elements, events_each))) for _ in range(count)]


def _request(body: bytes) -> bytes:
    query = f"?bodySHA256={hashlib.sha256(body).hexdigest()}"
    digest = hmac.digest(AUTH_TOKEN.encode(), f"{PUBLIC_URL}{query}".encode(), "sha1")
    head = (
        f"POST {_PATH}{query} HTTP/1.1\r\nHost: example.com\r\n"
        f"X-Twilio-Signature: {b64encode(digest).decode()}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
