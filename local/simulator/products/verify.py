"""Verify: ``com.twilio.accountsecurity.verify.*``, of verifications and of their attempts."""

from typing import Any, Final

from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.identifiers import Identifiers
from local.simulator.lifecycle import Step
from local.simulator.planned import PlannedEvent, plan
from local.simulator.verification import Attempt, Verification

_PREFIX: Final = "com.twilio.accountsecurity.verify"
#: Long against any run: what is given up stays open until after it.
LIFETIME_MS: Final = 600_000


def verification_event(
    own: Verification, step: Step, attempts: tuple[Attempt, ...], checks: int, ids: Identifiers
) -> PlannedEvent:
    """What became of a verification, with all attempts so far."""
    event = CloudEvent(
        id=ids.digest(),
        type=f"{_PREFIX}.verification.{step.status.replace('_', '-')}",
        source=_source(own),
        schema="AccountSecurity.VerifyEventStreamEvent/3",
        time=step.time,
        data={
            "account_sid": own.account.sid,
            "service_sid": own.account.verify_service_sid,
            "verification_sid": own.sid,
            "friendly_name": "sign-in",
            "custom_code_enabled": False,
            "code_length": 6,
            "created_at": iso(own.start),
            "expired_at": iso(own.start + LIFETIME_MS),
            "to": own.to,
            "country": own.country.code,
            "verification_status": step.status.upper(),
            "send_code_attempts": {"count": len(attempts), "attempts": _listed(attempts)},
            "check_attempts": {"count": checks},
        },
    )
    return plan(event, own.sid, status=step.status, subject=own, attempts=attempts)


def _listed(attempts: tuple[Attempt, ...]) -> list[dict[str, Any]]:
    return [
        {
            "time": iso(attempt.time),
            "channel": attempt.channel.upper(),
            "attempt_sid": attempt.sid,
            "locale": "en",
        }
        for attempt in attempts
    ]


def attempt_event(attempt: Attempt, step: Step, ids: Identifiers) -> PlannedEvent:
    """What became of one attempt."""
    own = attempt.verification
    event = CloudEvent(
        id=ids.digest(),
        type=f"{_PREFIX}.message.{step.status}",
        source=_source(own),
        schema="AccountSecurity.MessageStatusEvent/2",
        time=step.time,
        data={
            "created_at": iso(step.time),
            "account_sid": own.account.sid,
            "service_sid": own.account.verify_service_sid,
            "verification_sid": own.sid,
            "attempt_sid": attempt.sid,
            "error_code": str(step.error_code) if step.error_code else "",
            "channel": attempt.channel.upper(),
            "message_status": step.status.upper(),
            "has_fallback": False,
            "is_fallback": False,
            "mcc": own.country.mcc,
            "mnc": attempt.mnc,
            "to": own.to,
            "number_segments": 1,
            "tags": {"purpose": "sign-in"},
        },
    )
    return plan(event, own.sid, status=step.status, error_code=step.error_code, subject=attempt)


def _source(own: Verification) -> str:
    service = own.account.verify_service_sid
    return f"/v1/Accounts/{own.account.sid}/Services/{service}/Verifications/{own.sid}"
