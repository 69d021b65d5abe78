"""The account's error log: ``com.twilio.error-logs.error.logged``."""

import json
from typing import Final

from local.simulator.account import Account
from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.error_entry import ErrorEntry
from local.simulator.planned import PlannedEvent, Story, plan
from local.simulator.story import Draw

_CALLBACK_FAILED: Final = 11200


def error_log_story(account: Account, start: int, draw: Draw) -> Story:
    """Twilio could not fetch the customer's status callback for a message of another day."""
    return [error_event(account, draw.ids.sid("SM"), start, _CALLBACK_FAILED, draw)]


def error_event(account: Account, resource: str, time: int, code: int, draw: Draw) -> PlannedEvent:
    """An entry about a message or a call; some name it as correlation only."""
    entry = ErrorEntry(
        sid=draw.ids.sid("NO"),
        account_sid=account.sid,
        time=time,
        error_code=code,
        level="warning" if code == _CALLBACK_FAILED else "error",
        product="Programmable Voice" if resource.startswith("CA") else "Programmable Messaging",
        resource_sid=resource if draw.happens(0.7) else "",
        correlation_sid=resource,
    )
    return plan(_event(entry, draw), resource, error_code=code, subject=entry)


def _event(entry: ErrorEntry, draw: Draw) -> CloudEvent:
    payload = {"error_code": str(entry.error_code), "more_info": {"Msg": "502"}}
    if entry.resource_sid:
        payload["resource_sid"] = entry.resource_sid
    return CloudEvent(
        id=entry.sid,
        type="com.twilio.error-logs.error.logged",
        source=f"/v1/Accounts/{entry.account_sid}/Alerts/{entry.sid}",
        schema="ErrorLogs.Error/2",
        time=entry.time,
        data={
            "sid": entry.sid,
            "account_sid": entry.account_sid,
            "date_created": iso(entry.time),
            "level": entry.level.upper(),
            "request_sid": draw.ids.sid("RQ"),
            "correlation_sid": entry.correlation_sid,
            "product_name": entry.product,
            "error_code": str(entry.error_code),
            "payload": json.dumps(payload),
        },
    )
