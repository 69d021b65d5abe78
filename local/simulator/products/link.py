"""Link shortening: ``com.twilio.daptbt.link-shortening.link-clicked``."""

from local.simulator.cloud_event import CloudEvent, iso
from local.simulator.message import Message
from local.simulator.planned import PlannedEvent, plan
from local.simulator.story import Draw


def link_clicked(message: Message, time: int, draw: Draw) -> PlannedEvent:
    """Somebody follows the link in a message: a fact of its own, no receipt."""
    event = CloudEvent(
        id=draw.ids.sid("EZ"),
        type="com.twilio.daptbt.link-shortening.link-clicked",
        source=f"/2010-04-01/Accounts/{message.account.sid}/Messages/{message.sid}.json",
        schema="LinkShortening.LinkClicked/1",
        time=time,
        data={
            "account_sid": message.account.sid,
            "message_sid": message.sid,
            "messagingServiceSid": message.service.sid,
            "to": message.to,
            "from": message.sender,
            "link": "https://example.com/offer",
            "click_time": iso(time),
        },
    )
    return plan(event, message.sid)
