"""Event Streams as the twilio package finds them; a sink's test event passes a real check."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from tests.local.twilio_api.conftest import ACCOUNT, Place

PUBLIC = "https://example.com/twilio/events"
SENT = "com.twilio.messaging.message.sent"
DELIVERED = "com.twilio.messaging.message.delivered"


async def _sink(place: Place) -> Any:  # noqa: ANN401  the package is not typed
    return await place.client.events.v1.sinks.create_async(
        description="pipeline",
        sink_type="webhook",
        sink_configuration={"destination": PUBLIC, "method": "POST"},
    )


@asynccontextmanager
async def _receiving(place: Place, status: int) -> AsyncIterator[list[tuple[str, str, str]]]:
    """Take what is posted to the public address; give path and query, signature and body."""
    taken: list[tuple[str, str, str]] = []

    async def take(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        taken.append((request.path_qs, request.headers["X-Twilio-Signature"], body))
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/events", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    place.twilio.leads[PUBLIC] = f"http://127.0.0.1:{runner.addresses[0][1]}/events"
    try:
        yield taken
    finally:
        await runner.cleanup()


async def test_a_sinks_test_event_comes_signed_and_validates_it(place: Place) -> None:
    sink = await _sink(place)
    async with _receiving(place, 204) as taken:
        tested = await place.client.events.v1.sinks(sink.sid).sink_test.create_async()

    ((path, signature, body),) = taken
    query = path.partition("?")[2]
    assert RequestValidator("token").validate(f"{PUBLIC}?{query}", body, signature)
    (event,) = msgspec.json.decode(body)
    assert (event["id"], event["type"]) == (ACCOUNT, "com.twilio.eventstreams.test-event")
    assert tested.result == "submitted"
    validation = place.client.events.v1.sinks(sink.sid).sink_validate
    valid = await validation.create_async(test_id=event["data"]["test_id"])
    assert valid.result == "valid"
    with pytest.raises(TwilioRestException):
        await validation.create_async(test_id="another")


async def test_a_sink_that_takes_nothing_has_failed(place: Place) -> None:
    sink = await _sink(place)
    async with _receiving(place, 403):
        await place.client.events.v1.sinks(sink.sid).sink_test.create_async()

    assert (await place.client.events.v1.sinks(sink.sid).fetch_async()).status == "failed"


async def test_a_subscription_holds_types_with_pinned_versions(place: Place) -> None:
    place.twilio.streams.latest["OutboundMessageStatus"] = 8
    sink, events = await _sink(place), place.client.events.v1
    wanted = [{"type": SENT, "schema_version": 7}, {"type": DELIVERED}]
    made = await events.subscriptions.create_async(
        description="pipeline", sink_sid=sink.sid, types=wanted
    )
    subscribed = events.subscriptions(made.sid).subscribed_events
    await subscribed(SENT).update_async(schema_version=8)
    await subscribed(DELIVERED).delete_async()
    await subscribed.create_async(type="com.twilio.messaging.message.failed")

    found = await subscribed.list_async(page_size=1)
    assert {each.type.rpartition(".")[2]: each.schema_version for each in found} == {
        "sent": 8,
        "failed": 8,
    }
    assert [own.sid for own in await events.subscriptions.list_async(sink_sid=sink.sid)] == [
        made.sid
    ]


async def test_a_sink_serves_one_subscription_and_outlives_it(place: Place) -> None:
    sink, events = await _sink(place), place.client.events.v1
    wanted = {"description": "x", "sink_sid": sink.sid, "types": [{"type": SENT}]}
    first = await events.subscriptions.create_async(**wanted)
    for call in (
        events.subscriptions.create_async(**wanted),
        events.sinks(sink.sid).delete_async(),
    ):
        with pytest.raises(TwilioRestException, match="is in use"):
            await call
    assert await events.subscriptions(first.sid).delete_async()
    assert [own.sid for own in await events.sinks.list_async()] == [sink.sid]
    assert await events.sinks(sink.sid).delete_async()
    assert await events.sinks.list_async() == []


async def test_what_there_is_not_is_refused(place: Place) -> None:
    sink, events = await _sink(place), place.client.events.v1
    with pytest.raises(TwilioRestException) as unknown:
        await events.subscriptions.create_async(
            description="x", sink_sid=sink.sid, types=[{"type": "com.twilio.none"}]
        )
    with pytest.raises(TwilioRestException) as plain:
        await events.sinks.create_async(
            description="x",
            sink_type="webhook",
            sink_configuration={"destination": "http://example.com"},
        )

    assert (unknown.value.status, plain.value.status) == (400, 400)
    assert await events.subscriptions.list_async() == []


async def test_all_types_are_listed_over_pages(place: Place) -> None:
    found = await place.client.events.v1.event_types.list_async(page_size=60)

    assert len(found) == len({each.type for each in found}) > 150
    assert {SENT, DELIVERED} <= {each.type for each in found}


async def test_a_schemas_latest_version_is_told(place: Place) -> None:
    place.twilio.streams.latest["OutboundMessageStatus"] = 8
    events = place.client.events.v1
    (sent,) = [each for each in await events.event_types.list_async() if each.type == SENT]
    assert (await events.schemas(sent.schema_id).fetch_async()).latest_version == 8
    with pytest.raises(TwilioRestException):
        await events.schemas("None").fetch_async()
