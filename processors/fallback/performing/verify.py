"""Verify: whether a verification still waits, another attempt at it, and whether that was made."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from twilio.base.exceptions import TwilioRestException
from twilio.rest.verify.v2.service.verification import VerificationInstance

from pipeline.twilio.api import TwilioApi
from processors.fallback.errands import Errand, Reply
from processors.fallback.policy import verify_name
from processors.fallback.told import channel_of

_PENDING: Final = "pending"
#: Twilio's clock and ours may differ by so much.
_SKEW_MS: Final = 2_000


class VerifyCalls:
    """Calls about one errand's verification; they raise what ``mishaps`` knows."""

    def __init__(self, api: TwilioApi) -> None:
        self._api = api

    async def check(self, errand: Errand) -> Reply:
        """Whether the verification still waits for its code."""
        found = await self._verification(errand, errand.verification_sid)
        if found.status != _PENDING:
            return Reply(answer="over", status=found.status or "")
        return Reply(answer="go")

    async def send(self, errand: Errand, to: str, channel: str) -> Reply:
        """Have Verify send the code: the same one where ``to`` is the same."""
        service = self._api.client(errand.account_sid).verify.v2.services(errand.service_sid)
        made = await service.verifications.create_async(to=to, channel=channel)
        return Reply(answer="sent", reference=_latest(made) or made.sid or "")

    async def find_out(self, errand: Errand, whom: str, channel: str) -> Reply:
        """Whether an attempt on the channel has been made since the errand was dispatched."""
        try:
            found = await self._verification(errand, whom)
        except TwilioRestException as error:
            if channel == "email" and error.status == HTTPStatus.NOT_FOUND:
                return Reply(answer="not_sent")  # an address of its own would have one of its own
            raise
        for attempt in found.send_code_attempts or ():
            if _is_ours(attempt, channel, errand):
                return Reply(answer="sent", reference=str(attempt.get("attempt_sid", "")))
        if found.status != _PENDING:
            return Reply(answer="over", status=found.status or "")
        return Reply(answer="not_sent")

    async def _verification(self, errand: Errand, whom: str) -> VerificationInstance:
        service = self._api.client(errand.account_sid).verify.v2.services(errand.service_sid)
        return await service.verifications(whom).fetch_async()


def verify_channel(errand: Errand) -> str:
    """Verify's name for the channel of an errand's step."""
    return verify_name(channel_of(errand.channel, errand.step))


def _is_ours(attempt: dict[str, Any], channel: str, errand: Errand) -> bool:
    if attempt.get("attempt_sid") == errand.subject_sid:
        return False  # what came to grief first
    if str(attempt.get("channel", "")).lower() != channel:
        return False
    made = datetime.fromisoformat(str(attempt.get("time", "")))
    at = made if made.tzinfo else made.replace(tzinfo=UTC)
    return at.timestamp() * 1000 >= errand.dispatched_at - _SKEW_MS


def _latest(made: VerificationInstance) -> str:
    attempts = made.send_code_attempts or []
    return str(attempts[-1].get("attempt_sid", "")) if attempts else ""
