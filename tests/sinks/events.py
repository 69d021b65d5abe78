"""Twilio's message events, as small as they may be."""

from __future__ import annotations

import msgspec

PERSON = "+15550100002"


def message(status: str, **data: object) -> bytes:
    number = data.pop("number", 1)
    event = {
        "id": f"EZ{number}{status}",
        "type": f"com.twilio.messaging.message.{status}",
        "time": data.pop("time", "2026-01-01T00:00:05.000Z"),
        "dataschema": "https://events-schemas.twilio.com/Messaging.MessageStatus/7",
        "data": {
            "messageSid": f"SM{number}",
            "accountSid": "AC1",
            "from": "+15550100001",
            "to": PERSON,
            **data,
        },
    }
    return msgspec.json.encode(event)


def event(kind: str, number: int, time: str, data: dict[str, object]) -> bytes:
    """An event of any type; ``kind`` is what follows ``com.twilio.``."""
    return msgspec.json.encode(
        {"id": f"EZ{kind}{number}", "type": f"com.twilio.{kind}", "time": time, "data": data}
    )


def verification(status: str, number: int, time: str, **data: object) -> bytes:
    """What Verify tells of a verification."""
    known = {
        "verification_sid": f"VE{number}",
        "account_sid": "AC1",
        "service_sid": "VA1",
        "to": PERSON,
        "country": "US",
    }
    return event(f"accountsecurity.verify.verification.{status}", number, time, known | data)


def attempt(status: str, number: int, sid: str, time: str, **data: object) -> bytes:
    """What Verify tells of one attempt of a verification."""
    known = {
        "verification_sid": f"VE{number}",
        "attempt_sid": sid,
        "account_sid": "AC1",
        "service_sid": "VA1",
        "to": PERSON,
        "channel": "SMS",
        "message_status": status.upper(),
    }
    made = event(f"accountsecurity.verify.message.{status}", number, time, known | data)
    return made.replace(b'"id":"EZ', b'"id":"EZ' + sid.encode())
