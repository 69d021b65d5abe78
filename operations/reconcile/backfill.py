"""Events in Twilio's own format for what never came, marked as ours."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from operations.reconcile.gap import Gap
from operations.reconcile.listed import Listed

#: What the ids of backfilled events begin with, and the ingress id of their records.
BACKFILL: Final = "backfill"
_TYPE: Final = "com.twilio.messaging.message."


def events_of(gap: Gap) -> Iterator[bytes]:
    """One event for each status that never came.

    The id is made of message and status, so whatever is backfilled again collapses. ``sent`` has
    the time it was sent, the rest that of the message's last change.
    """
    for status in gap.statuses:
        yield _event(gap.message, status)


def _event(message: Listed, status: str) -> bytes:
    moment = _iso(message.sent_at if status == "sent" else message.updated_at)
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "type": _TYPE + status,
            "source": "/twilio-event-pipeline/reconcile",
            "id": f"{BACKFILL}:{message.sid}:{status}",
            "datacontenttype": "application/json",
            "time": moment,
            "backfilled": True,
            "data": _data(message, status, moment),
        }
    )


def _data(message: Listed, status: str, moment: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "messageSid": message.sid,
        "timestamp": moment,
        "accountSid": message.account_sid,
        "eventName": _TYPE + status,
        "apiVersion": "2010-04-01",
        "from": message.sender,
        "to": message.to,
        "messageStatus": status.upper(),
        "numberOfSegments": message.segments,
    }
    if message.service_sid:
        data["messagingServiceSid"] = message.service_sid
    if message.error_code and status in {"failed", "undelivered"}:
        data["errorCode"] = message.error_code
    return data


def _iso(time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
