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
