"""Verify: one verification by SMS, with its delivery and its check."""

from dataclasses import dataclass
from typing import Any, Final

from local.simulator.account import Account
from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.country import Country, draw_country
from local.simulator.planned import PlannedEvent, Story, plan
from local.simulator.story import Draw

_PREFIX: Final = "com.twilio.accountsecurity.verify"
_UNREACHABLE: Final = 30003
_UNREACHABLE_SHARE: Final = 0.05
_LIFETIME_MS: Final = 600_000


@dataclass(frozen=True, slots=True)
class _Verification:
    account: Account
    country: Country
    to: str
    sid: str
    attempt_sid: str
    start: int

    @property
    def source(self) -> str:
        return (
            f"/v1/Accounts/{self.account.sid}/Services/{self.account.verify_service_sid}"
            f"/Verifications/{self.sid}"
        )


def verification_story(account: Account, start: int, draw: Draw) -> Story:
    """A code is asked for, sent, and mostly delivered and typed in."""
    country = draw_country(draw.random)
    number = country.draw_number(draw.random)
    sids = draw.ids.sid("VE"), draw.ids.sid("VL")
    subject = _Verification(account, country, number, *sids, start)
    story = [_verification(subject, "pending", start, draw), _message(subject, "sent", 120, draw)]
    if draw.random.random() < _UNREACHABLE_SHARE:
        return [*story, _message(subject, "undelivered", 2_500, draw, _UNREACHABLE)]
    delivered = _message(subject, "delivered", 1_800, draw)
    return [*story, delivered, _verification(subject, "approved", draw.after(start, 6_000), draw)]


def _verification(subject: _Verification, status: str, time: int, draw: Draw) -> PlannedEvent:
    data: dict[str, Any] = {
        "account_sid": subject.account.sid,
        "service_sid": subject.account.verify_service_sid,
        "verification_sid": subject.sid,
        "friendly_name": "sign-in",
        "custom_code_enabled": False,
        "code_length": 6,
        "created_at": iso(subject.start),
        "expired_at": iso(subject.start + _LIFETIME_MS),
        "to": subject.to,
        "country": subject.country.code,
        "verification_status": status.upper(),
        "check_attempts": {"count": int(status == "approved")},
    }
    event = CloudEvent(
        id=draw.ids.digest(),
        type=f"{_PREFIX}.verification.{status}",
        source=subject.source,
        schema="AccountSecurity.VerifyEventStreamEvent/3",
        time=time,
        data=data,
    )
    return plan(event, subject.sid, status=status)


def _message(
    subject: _Verification, status: str, after_ms: int, draw: Draw, code: int = 0
) -> PlannedEvent:
    time = draw.after(subject.start, after_ms)
    event = CloudEvent(
        id=draw.ids.digest(),
        type=f"{_PREFIX}.message.{status}",
        source=subject.source,
        schema="AccountSecurity.MessageStatusEvent/2",
        time=time,
        data={
            "created_at": iso(time),
            "account_sid": subject.account.sid,
            "service_sid": subject.account.verify_service_sid,
            "verification_sid": subject.sid,
            "attempt_sid": subject.attempt_sid,
            "error_code": str(code) if code else "",
            "channel": "SMS",
            "message_status": status.upper(),
            "has_fallback": False,
            "is_fallback": False,
            "mcc": subject.country.mcc,
            "mnc": subject.country.mncs[0],
            "to": subject.to,
            "number_segments": 1,
            "tags": {"purpose": "sign-in"},
        },
    )
    return plan(event, subject.sid, status=status, error_code=code)
