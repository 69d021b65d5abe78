"""What a test posts, signed with Twilio's own library."""

import asyncio
import hashlib
import uuid
from dataclasses import dataclass

import aiohttp
import msgspec
import yarl
from twilio.request_validator import RequestValidator

TOKEN = "first-token"  # noqa: S105  guards nothing
ORIGIN = "https://events.example.com"
PATH = "/twilio/events"
ALIAS = "/api/webhooks/twilio-events"
SMS = "com.twilio.messaging.message.sent"


@dataclass(frozen=True)
class Answered:
    """A status and the reason in the body."""

    status: int
    reason: str


def message_event(sid: str = "", event_type: str = SMS, **data: object) -> bytes:
    """An event in bytes no encoder would make again: odd blanks, keys out of order."""
    sid = sid or f"SM{uuid.uuid4().hex}"
    rest = msgspec.json.encode(data)[1:-1]
    more = b", " + rest if rest else b""
    return b'{ "data" :{"messageSid": "%b"%b},  "type":"%b", "specversion":"1.0","id":"EZ%b" }' % (
        sid.encode(),
        more,
        event_type.encode(),
        uuid.uuid4().hex.encode(),
    )


def signed_target(body: bytes, path: str = PATH, query: str = "") -> str:
    """The request target Twilio would post this body to."""
    return f"{path}?{query}bodySHA256={hashlib.sha256(body).hexdigest()}"


def signature_of(target: str, token: str = TOKEN, origin: str = ORIGIN) -> str:
    """The signature by Twilio's own library."""
    signature: str = RequestValidator(token).compute_signature(f"{origin}{target}", {})
    return signature


class Sender:
    """Posts to one ingress."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def post(self, body: bytes, target: str = "", signature: str | None = None) -> Answered:
        """Post a body; signed properly unless told otherwise ("" sends no signature)."""
        target = target or signed_target(body)
        signature = signature_of(target) if signature is None else signature
        headers = {"X-Twilio-Signature": signature} if signature else {}
        return await self.request("POST", target, body, headers)

    async def request(
        self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answered:
        """Send anything."""
        url = yarl.URL(f"{self.url}{target}", encoded=True)
        async with self.session.request(method, url, data=body, headers=headers) as answer:
            return Answered(answer.status, (await answer.text()).strip())

    async def until_ready(self, seconds: float = 30.0) -> None:
        """Wait for /readyz."""
        await self.until("/readyz", 200, seconds)

    async def until(self, path: str, status: int, seconds: float = 30.0) -> str:
        """Wait until a GET is answered so, and return its text."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            answered = await self.get(path)
            if answered.status == status:
                return answered.reason
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{path} is still {answered}")
            await asyncio.sleep(0.02)

    async def get(self, path: str) -> Answered:
        """GET a path; status 0 while nobody listens."""
        try:
            return await self.request("GET", path)
        except aiohttp.ClientConnectionError:
            return Answered(0, "")
