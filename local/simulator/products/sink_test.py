"""The event Twilio sends when somebody tests a sink."""

from local.simulator.account import Account
from local.simulator.cloud_event import CloudEvent
from local.simulator.planned import Story, plan
from local.simulator.story import Draw


def sink_test_story(account: Account, start: int, draw: Draw) -> Story:
    """One test event; its id is the account's SID, as Twilio's is."""
    test_id = draw.ids.uuid()
    event = CloudEvent(
        id=account.sid,
        type="com.twilio.eventstreams.test-event",
        source="Sink",
        schema="EventStreams.TestSink/1.json",
        time=start,
        data={"test_id": test_id},
    )
    return [plan(event, test_id)]
