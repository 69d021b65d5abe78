import pytest

from pipeline.twilio.event import read_event
from pipeline.twilio.keyword import meaning_of


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        ("STOP", "opt_out"),
        (" Unsubscribe\n", "opt_out"),
        ("UNSTOP", "opt_in"),
        ("Info", "help"),
        ("stop it", ""),
        ("Thanks!", ""),
        ("", ""),
        (None, ""),
        (1, ""),
    ],
)
def test_a_word_that_twilio_knows_has_a_meaning(body: object, meaning: str) -> None:
    assert meaning_of(body) == meaning


@pytest.mark.parametrize(("body", "status"), [("Stop", "opt_out"), ("my code is 1", "received")])
def test_an_event_tells_the_meaning_and_not_the_text(body: str, status: str) -> None:
    kind = "com.twilio.messaging.inbound-message.received"
    event = read_event(
        b'{"id":"EZ1","type":"%b","data":{"messageSid":"SM1","body":"%b"}}'
        % (kind.encode(), body.encode()),
        received_at=1,
    )
    assert event.status == status
    assert body not in repr(event)
