"""Outbound messages: ``com.twilio.messaging.message.*``."""

from datetime import UTC, datetime
from typing import Any

from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.identifiers import Identifiers
from local.simulator.lifecycle import Step
from local.simulator.message import Message
from local.simulator.planned import PlannedEvent, plan

_FROM_CARRIER = frozenset({"delivered", "undelivered"})


def message_event(message: Message, step: Step, ids: Identifiers) -> PlannedEvent:
    """The event of one step."""
    kind = f"com.twilio.messaging.message.{step.status}"
    event = CloudEvent(
        id=ids.sid("EZ"),
        type=kind,
        source=f"/2010-04-01/Accounts/{message.account.sid}/Messages/{message.sid}.json",
        schema="Messaging.MessageStatus/7",
        time=step.time,
        data=_data(message, step, kind),
    )
    return plan(event, message.sid, status=step.status, error_code=step.error_code, subject=message)


def _data(message: Message, step: Step, kind: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "messageSid": message.sid,
        "timestamp": iso(step.time),
        "accountSid": message.account.sid,
        "eventName": kind,
        "apiVersion": "2010-04-01",
        "from": message.sender,
        "to": message.to,
        "messageStatus": step.status.upper(),
        "messagingServiceSid": message.service.sid,
        "numberOfSegments": message.segments,
        "dateUpdated": iso(step.time),
        "tags": {"purpose": message.service.purpose, "user_ref": message.user_reference},
    }
    return data | _outcome(message, step) | _body(message)


def _outcome(message: Message, step: Step) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if step.error_code:
        data["errorCode"] = step.error_code
    if step.status in _FROM_CARRIER and message.channel in {"sms", "mms"}:
        data |= {"mcc": message.country.mcc, "mnc": message.mnc}
        data["rawDlrDoneDate"] = f"{datetime.fromtimestamp(step.time / 1_000, UTC):%y%m%d%H%M}"
    return data


def _body(message: Message) -> dict[str, str]:
    if not message.account.sends_bodies:
        return {}
    return {"body": f"{message.user_reference[2:]} is your code. Do not share it."}
