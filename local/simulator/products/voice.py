"""Voice: status callbacks and Voice Insights' summary of a call."""

from typing import Final

from local.simulator.call import Call
from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.identifiers import Identifiers
from local.simulator.planned import PlannedEvent, plan

#: What each product calls the state that a callback's event type names.
_CALL_STATUS: Final = {"answered": "in-progress"}
_SUMMARY_STATE: Final = {"no-answer": "noanswer", "failed": "fail"}
_SIP: Final = {"completed": 200, "busy": 486, "no-answer": 480, "failed": 404, "canceled": 487}


def callback_event(call: Call, kind: str, time: int, ids: Identifiers) -> PlannedEvent:
    """A status callback that the customer asked for; ``kind`` ends the event's type."""
    event_sid = ids.sid("VW")
    event = CloudEvent(
        id=event_sid,
        type=f"com.twilio.voice.status-callback.call.{kind}",
        source=f"/2010-04-01/Accounts/{call.account.sid}/Calls/{call.sid}.json",
        schema="Voice.WebhookEvent/2",
        time=time,
        data={
            "sid": call.sid,
            "eventSid": event_sid,
            "timestamp": iso(time),
            "request": {
                "method": "POST",
                "url": "https://app.example.com/calls/status",
                "parameters": _parameters(call, kind),
            },
            "response": {"responseCode": 204, "requestDuration": 35, "responseBody": ""},
        },
    )
    return plan(event, call.sid, status=kind, subject=call)


def _parameters(call: Call, kind: str) -> dict[str, str]:
    parameters = {
        "CallSid": call.sid,
        "AccountSid": call.account.sid,
        "From": call.account.services[0].sender,
        "To": call.to,
        "Direction": "outbound-api",
        "CallStatus": _CALL_STATUS.get(kind, kind),
    }
    if kind != "completed":
        return parameters
    ended = {"CallStatus": call.outcome, "SipResponseCode": str(_SIP[call.outcome])}
    return parameters | ended | {"CallDuration": str(call.talk_s)}


def summary_event(call: Call, time: int, ids: Identifiers) -> PlannedEvent:
    """The summary, some time after the call's end."""
    state = _SUMMARY_STATE.get(call.outcome, call.outcome)
    event = CloudEvent(
        id=ids.sid("EZ"),
        type="com.twilio.voice.insights.call-summary.complete",
        source=f"/v1/Voice/{call.sid}/Summary",
        schema="VoiceInsights.CallSummary/7",
        time=time,
        data={
            "call_sid": call.sid,
            "account_sid": call.account.sid,
            "call_state": state,
            "processing_state": "complete",
            "duration": call.whole_s,
            "connect_duration": call.talk_s,
            "start_time": iso(call.start),
            "end_time": iso(call.end),
            "properties": {
                "direction": "outbound_api",
                "last_sip_response_num": _SIP[call.outcome],
            },
            "from": {"caller": call.account.services[0].sender},
            "to": {"callee": call.to},
        },
    )
    return plan(event, call.sid, status=state, subject=call)
