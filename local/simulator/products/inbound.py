"""Inbound messages: ``com.twilio.messaging.inbound-message.received``."""

from local.simulator.account import Account
from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.country import draw_country
from local.simulator.planned import Story, plan
from local.simulator.story import Draw

_TYPE = "com.twilio.messaging.inbound-message.received"
#: Texts, and what becomes of the sender's consent.
_TEXTS = (
    ("YES", "opt_in"),
    ("STOP", "opt_out"),
    ("Thanks!", "received"),
    ("Wer ist da? 👋", "received"),
)


def inbound_story(account: Account, start: int, draw: Draw) -> Story:
    """Somebody answers a message."""
    sid, service = draw.ids.sid("SM"), draw.random.choice(account.services)
    sender, (body, status) = draw_country(draw.random).draw_number(draw.random), _said(draw)
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
            "from": sender,
            "to": service.sender,
            "body": body,
            "numMedia": 0,
            "numSegments": 1,
            "timestamp": iso(start),
            "eventName": _TYPE,
            "recipients": [],
        },
    )
    return [plan(event, sid, status=status)]


def _said(draw: Draw) -> tuple[str, str]:
    return draw.random.choice(_TEXTS)
