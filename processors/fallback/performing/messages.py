"""Messages: whether one has arrived, a new one, and whether that was made."""

from datetime import UTC, datetime, timedelta
from time import time
from typing import Final

from pipeline.twilio.api import TwilioApi
from processors.fallback.errands import Errand, Reply
from processors.fallback.told import channel_of

_ARRIVED: Final = frozenset({"delivered", "read"})
_SKEW: Final = timedelta(seconds=2)
_LONGEST_VALIDITY_S: Final = 36_000


class MessageCalls:
    """Calls about one errand's message; they raise what ``mishaps`` knows."""

    def __init__(self, api: TwilioApi) -> None:
        self._api = api

    async def check(self, errand: Errand) -> Reply:
        """Whether the message has arrived after all."""
        client = self._api.client(errand.account_sid)
        found = await client.messages(errand.subject_sid).fetch_async()
        if found.status in _ARRIVED:
            return Reply(answer="over", status=str(found.status))
        return Reply(answer="go")

    async def send(self, errand: Errand, body: str) -> Reply:
        """Send a text; Twilio gives up on it when the code is good no more."""
        left = max(1, min(_LONGEST_VALIDITY_S, int(errand.until / 1000 - time())))
        made = await self._api.client(errand.account_sid).messages.create_async(
            to=_address(errand),
            messaging_service_sid=errand.service_sid,
            body=body,
            validity_period=left,
        )
        return Reply(answer="sent", reference=made.sid or "")

    async def find_out(self, errand: Errand) -> Reply:
        """Whether a message to the number has been made since the errand was dispatched."""
        since = datetime.fromtimestamp(errand.dispatched_at / 1000, UTC) - _SKEW
        found = await self._api.client(errand.account_sid).messages.list_async(
            to=_address(errand), date_sent_after=since - timedelta(days=1), limit=50
        )
        for message in found:
            made = message.date_created
            ours = message.messaging_service_sid == errand.service_sid
            if ours and message.sid != errand.subject_sid and made and made >= since:
                return Reply(answer="sent", reference=message.sid or "")
        return Reply(answer="not_sent")


def _address(errand: Errand) -> str:
    channel = channel_of(errand.channel, errand.step)
    return f"whatsapp:{errand.to}" if channel == "whatsapp" else errand.to
