"""Inbound messages: ``com.twilio.messaging.inbound-message.received``."""

from local.simulator.account import Account
from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.country import draw_country
from local.simulator.planned import Story, plan
from local.simulator.story import Draw

_TYPE = "com.twilio.messaging.inbound-message.received"


def inbound_story(account: Account, start: int, draw: Draw) -> Story:
    """Somebody answers a message."""
    sid, service = draw.ids.sid("SM"), draw.random.choice(account.services)
    event = CloudEvent(
        id=draw.ids.sid("EZ"),
        type=_TYPE,
        source=f"/2010-04-01/Accounts/{account.sid}/Messages/{sid}.json",
        schema="Messaging.InboundMessageV1/6",
        time=start,
        data={
            "messageSid": sid,
            "accountSid": account.sid,
            "messagingServiceSid": service.sid,
            "from": draw_country(draw.random).draw_number(draw.random),
            "to": service.sender,
            "body": draw.random.choice(("YES", "STOP", "Thanks!", "Wer ist da? 👋")),
            "numMedia": 0,
            "numSegments": 1,
            "timestamp": iso(start),
            "eventName": _TYPE,
            "recipients": [],
        },
    )
    return [plan(event, sid, status="received")]
