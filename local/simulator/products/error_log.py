"""The account's error log: ``com.twilio.error-logs.error.logged``."""

import json

from local.simulator.account import Account
from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.planned import Story, plan
from local.simulator.story import Draw


def error_log_story(account: Account, start: int, draw: Draw) -> Story:
    """Twilio could not fetch the customer's status callback for some message."""
    sid, message_sid, code = draw.ids.sid("NO"), draw.ids.sid("SM"), 11200
    payload = {"resource_sid": message_sid, "error_code": str(code), "more_info": {"Msg": "502"}}
    event = CloudEvent(
        id=sid,
        type="com.twilio.error-logs.error.logged",
        source=f"/v1/Accounts/{account.sid}/Alerts/{sid}",
        schema="ErrorLogs.Error/2",
        time=start,
        data={
            "sid": sid,
            "account_sid": account.sid,
            "date_created": iso(start),
            "level": "WARNING",
            "request_sid": draw.ids.sid("RQ"),
            "correlation_sid": message_sid,
            "product_name": "Programmable Messaging",
            "error_code": str(code),
            "payload": json.dumps(payload),
        },
    )
    return [plan(event, message_sid, error_code=code)]
