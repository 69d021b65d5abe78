"""Twilio's side becomes what is wanted, and stays it: over the package and the stand-in."""

from __future__ import annotations

import msgspec
import pytest

from local.twilio_api.faults import Fault
from operations.connect.applying import Hand
from operations.connect.difference import Difference
from operations.connect.survey import Survey, survey
from operations.connect.wanted import Wanted, WantedAccount
from pipeline.errors import ConfigurationError, PermanentError, UnavailableError
from pipeline.twilio.catalogue import EventType
from tests.operations.connect.conftest import ACCOUNT, DESTINATION, SERVICES, Place

MESSAGES = "com.twilio.messaging.message."
OWN = WantedAccount(ACCOUNT, SERVICES[:1])
WANTED = Wanted(destination=DESTINATION, types=(f"{MESSAGES}*",), accounts=(OWN,))


async def look(place: Place, wanted: Wanted = WANTED) -> Survey:
    return await survey(place.client, wanted, wanted.accounts[0], place.caller)


async def have(place: Place, wanted: Wanted = WANTED) -> Difference:
    """Apply what differs, and give what differs then."""
    planned = (await look(place, wanted)).difference
    hand = Hand(place.client, ACCOUNT, place.caller)
    sink = await hand.sink(wanted, planned)
    await hand.subscribe(wanted, planned, sink)
    await hand.tell_of_verify(planned.changes)
    return (await look(place, wanted)).difference


def kinds(planned: Difference) -> list[str]:
    return [change.kind for change in planned.changes]


async def test_from_nothing_to_what_is_wanted_and_no_step_more(place: Place) -> None:
    place.twilio.streams.latest["OutboundMessageStatus"] = 8
    planned = (await look(place)).difference
    assert kinds(planned) == ["no_sink", "no_subscription", "verify_events_off"]

    assert (await have(place)).changes == ()
    (sink,) = place.twilio.streams.sinks.values()
    assert sink.configuration == {
        "destination": DESTINATION,
        "method": "POST",
        "batch_events": True,
    }
    (own,) = place.twilio.streams.subscriptions.values()
    names = ("queued", "sent", "delivered", "failed", "undelivered", "read")
    assert own.versions == dict.fromkeys((f"{MESSAGES}{name}" for name in names), 8)
    assert place.twilio.accounts.by_sid[ACCOUNT].services_with_events == {SERVICES[0]}
    effects = len(place.twilio.journal.effects)
    assert (await have(place)).changes == ()
    assert len(place.twilio.journal.effects) == effects == 2


async def test_drift_is_named_and_mended(place: Place) -> None:
    streams = place.twilio.streams
    streams.latest["OutboundMessageStatus"] = 8
    await have(place)
    (own,), (sink,) = streams.subscriptions.values(), streams.sinks.values()
    del own.versions[f"{MESSAGES}read"]
    own.versions[f"{MESSAGES}sent"] = 5
    own.versions["com.twilio.error-logs.error.logged"] = 1
    sink.description, sink.status = "by hand", "failed"
    pinned = msgspec.structs.replace(WANTED, schema_versions={f"{MESSAGES}*": 7})
    planned = (await look(place, pinned)).difference
    assert {(each.kind, each.what, each.found, each.wanted) for each in planned.changes} >= {
        ("sink_description", sink.sid, "by hand", "twilio-event-pipeline"),
        ("sink_not_active", sink.sid, "failed", "active"),
        ("type_missing", f"{MESSAGES}read", None, 7),
        ("type_version", f"{MESSAGES}sent", 5, 7),
        ("type_version", f"{MESSAGES}delivered", 8, 7),
        ("type_unwanted", "com.twilio.error-logs.error.logged", 1, None),
    }

    assert kinds(await have(place, pinned)) == ["sink_not_active"]
    assert set(own.versions.values()) == {7}
    assert len(own.versions) == 6


async def test_an_unpinned_version_stays_when_a_newer_one_comes(place: Place) -> None:
    await have(place)
    place.twilio.streams.latest["OutboundMessageStatus"] = 2
    planned = await have(place)
    assert planned.changes == ()
    assert [(note.kind, note.what) for note in planned.notes] == [
        ("newer_schema", "OutboundMessageStatus 2 (subscribed: 1)")
    ]


async def test_new_and_outgoing_types_are_told_of_and_change_nothing(place: Place) -> None:
    await have(place)
    streams = place.twilio.streams
    streams.types["com.twilio.new.thing"] = EventType(
        "com.twilio.new.thing", "New", "New", "available"
    )
    sent = streams.types[f"{MESSAGES}sent"]
    streams.types[sent.type] = msgspec.structs.replace(sent, status="deprecated")
    notes = [(note.kind, note.what) for note in (await look(place)).difference.notes]
    assert ("new_type", "com.twilio.new.thing") in notes
    assert ("outgoing_type", f"{MESSAGES}sent (deprecated)") in notes


async def test_everything_known_and_available_is_wanted_by_default(place: Place) -> None:
    everything = Wanted(destination=DESTINATION, accounts=(WantedAccount(ACCOUNT),))
    planned = (await look(place, everything)).difference
    types = place.twilio.streams.types.values()
    assert set(planned.versions) == {each.type for each in types if each.status == "available"}
    assert [note.what for note in planned.notes if note.kind == "verify_silent"] == list(SERVICES)
    mine = WantedAccount(ACCOUNT, ("*",))
    every_service = msgspec.structs.replace(everything, accounts=(mine,))
    changes = (await look(place, every_service)).difference.changes
    assert [each.what for each in changes if each.kind == "verify_events_off"] == list(SERVICES)


async def test_a_sink_that_posts_elsewhere_is_left_alone(place: Place) -> None:
    elsewhere = msgspec.structs.replace(WANTED, destination="https://other.example.com/events")
    await have(place, elsewhere)
    planned = await have(place)
    (other,) = [note for note in planned.notes if note.kind == "other_sink"]
    assert len(place.twilio.streams.sinks) == len(place.twilio.streams.subscriptions) == 2
    found = (await look(place)).found
    ours = found.sink_of(DESTINATION, WANTED.description)
    assert ours is not None
    assert ours.sid != other.what
    await Hand(place.client, ACCOUNT, place.caller).remove(found, [ours])
    assert list(place.twilio.streams.sinks) == [other.what]
    assert [own.sink_sid for own in place.twilio.streams.subscriptions.values()] == [other.what]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"types": ("com.twilio.nothing",)}, "offers no event type com.twilio.nothing"),
        ({"types": ("com.twilio.nothing.*",)}, r"offers no event type com.twilio.nothing.\*"),
        ({"except_types": ("*",)}, "nothing is left"),
        ({"schema_versions": {f"{MESSAGES}sent": 2}}, "no version 2 yet, its newest is 1"),
        ({"schema_versions": {"com.twilio.voice.*": 1}}, "com.twilio.voice.* is no wanted"),
        ({"accounts": (WantedAccount(ACCOUNT, ("VA" + "9" * 32,)),)}, "has no service VA9999"),
    ],
)
async def test_what_can_not_be_had_is_said(
    place: Place, wanted: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        await look(place, msgspec.structs.replace(WANTED, **wanted))


async def test_limits_are_waited_for_and_a_weak_moment_is_overcome(place: Place) -> None:
    coming = place.twilio.faults.coming
    coming.append(Fault(kind="refuse", path="/v1/Types", status=429, code=20429, retry_after_s=7))
    coming.append(Fault(kind="refuse", path="/v1/Sinks", method="GET", times=2))
    coming.append(
        Fault(kind="refuse", path="/v1/Sinks", method="POST", status=429, retry_after_s=9)
    )
    assert (await have(place)).changes == ()
    assert place.waits == [7.0, 1.0, 2.0, 9.0]


async def test_what_fails_is_said_in_one_line(place: Place) -> None:
    coming = place.twilio.faults.coming
    coming.append(Fault(kind="take_and_drop", path="/v1/Sinks", method="POST"))
    with pytest.raises(UnavailableError, match="does not answer"):
        await have(place)
    assert (await have(place)).changes == ()
    assert len(place.twilio.streams.sinks) == 1
    coming.append(Fault(kind="refuse", path="/v1/Types", status=503, times=99))
    with pytest.raises(UnavailableError, match="has trouble"):
        await look(place)
    coming[:] = [Fault(kind="refuse", path="/v1/Types", status=400, code=20001)]
    with pytest.raises(PermanentError, match=r"asked for by a test .*errors/20001"):
        await look(place)
    coming[:] = [Fault(kind="refuse", path="/v1/Schemas", status=400, code=20002, times=9)]
    with pytest.raises(PermanentError, match=r"errors/20002"):
        await look(place)
    place.twilio.accounts.by_sid[ACCOUNT].token += "!"
    with pytest.raises(ConfigurationError, match="does not accept the credentials for AC1"):
        await look(place)
