"""Voice: one outbound call, as a status callback and as Voice Insights' summary."""

from local.simulator.account import Account
from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.country import draw_country
from local.simulator.planned import PlannedEvent, Story, plan
from local.simulator.story import Draw


def call_story(account: Account, start: int, draw: Draw) -> Story:
    """A call is made, ends after some seconds, and is summed up."""
    sid, callee = draw.ids.sid("CA"), draw_country(draw.random).draw_number(draw.random)
    seconds = draw.random.randrange(2, 8)
    end = draw.after(start, seconds * 1_000)
    parties = {"from": {"caller": account.services[0].sender}, "to": {"callee": callee}}
    summary = CloudEvent(
        id=draw.ids.sid("EZ"),
        type="com.twilio.voice.insights.call-summary.complete",
        source=f"/v1/Voice/{sid}/Summary",
        schema="VoiceInsights.CallSummary/7",
        time=draw.after(end, 700),
        data={
            "call_sid": sid,
            "account_sid": account.sid,
            "call_state": "completed",
            "processing_state": "complete",
            "duration": seconds,
            "start_time": iso(start),
            "end_time": iso(end),
            "properties": {"direction": "outbound_api", "last_sip_response_num": 200},
            **parties,
        },
    )
    return [
        _callback(account, sid, callee, end, draw),
        plan(summary, sid, status="completed"),
    ]


def _callback(account: Account, sid: str, callee: str, time: int, draw: Draw) -> PlannedEvent:
    event_sid = draw.ids.sid("VW")
    parameters = {
        "CallSid": sid,
        "CallStatus": "completed",
        "AccountSid": account.sid,
        "From": account.services[0].sender,
        "To": callee,
    }
    event = CloudEvent(
        id=event_sid,
        type="com.twilio.voice.status-callback.call.completed",
        source=f"/2010-04-01/Accounts/{account.sid}/Calls/{sid}.json",
        schema="Voice.WebhookEvent/2",
        time=time,
        data={
            "sid": sid,
            "eventSid": event_sid,
            "timestamp": iso(time),
            "request": {
                "method": "POST",
                "url": "https://app.example.com/calls/status",
                "parameters": parameters,
            },
            "response": {"responseCode": 204, "requestDuration": 35, "responseBody": ""},
        },
    )
    return plan(event, sid, status="completed")
