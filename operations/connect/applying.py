"""Carries out what has to change, one call of Twilio's API each."""

from collections.abc import Iterable, Iterator, Sequence

from twilio.rest import Client

from operations.connect.difference import Change, Difference
from operations.connect.found import Found, FoundSink
from operations.connect.wanted import Wanted
from pipeline.errors import PermanentError
from pipeline.twilio.calling import Caller


class Hand:
    """Changes one account's set-up. Whatever was done stays when a later call fails."""

    def __init__(self, client: Client, account_sid: str, caller: Caller | None = None) -> None:
        self._events = client.events.v1
        self._verify = client.verify.v2
        self._change = (caller or Caller(account_sid)).change

    async def sink(self, wanted: Wanted, planned: Difference) -> str:
        """The SID of the wanted sink, which is made or described where needed."""
        if planned.sink is None:
            made = await self._change(
                lambda: self._events.sinks.create_async(
                    description=wanted.description,
                    sink_type="webhook",
                    sink_configuration={
                        "destination": wanted.destination,
                        "method": "POST",
                        "batch_events": wanted.batch_events,
                    },
                )
            )
            return str(made.sid)
        sid = planned.sink.sid
        if any(each.kind == "sink_description" for each in planned.changes):
            sink = self._events.sinks(sid)
            await self._change(lambda: sink.update_async(description=wanted.description))
        return sid

    async def test(self, sink_sid: str) -> None:
        """Have Twilio post a test event to the sink."""
        await self._change(self._events.sinks(sink_sid).sink_test.create_async)

    async def validate(self, sink_sid: str, test_id: str) -> None:
        """Prove that its test event arrived; PermanentError when Twilio does not believe it."""
        validation = self._events.sinks(sink_sid).sink_validate
        told = await self._change(lambda: validation.create_async(test_id=test_id))
        if told.result != "valid":
            raise PermanentError(f"Twilio does not take {sink_sid} for valid: {told.result}")

    async def subscribe(self, wanted: Wanted, planned: Difference, sink_sid: str) -> None:
        """Make the subscription, or have it be for the wanted types."""
        if planned.subscription is None:
            pairs = planned.versions.items()
            types = [{"type": name, "schema_version": version} for name, version in pairs]
            await self._change(
                lambda: self._events.subscriptions.create_async(
                    description=wanted.description, sink_sid=sink_sid, types=types
                )
            )
            return
        for change in _in_order(planned.changes):
            await self._alter(planned.subscription.sid, change)

    async def _alter(self, subscription_sid: str, change: Change) -> None:
        events = self._events.subscriptions(subscription_sid).subscribed_events
        name, version = change.what, change.wanted
        if change.kind == "type_missing":
            await self._change(lambda: events.create_async(type=name, schema_version=version))
        elif change.kind == "type_version":
            await self._change(lambda: events(name).update_async(schema_version=version))
        elif change.kind == "type_unwanted":
            await self._change(lambda: events(name).delete_async())

    async def tell_of_verify(self, changes: Iterable[Change]) -> None:
        """Have Verify services tell their events."""
        for change in changes:
            if change.kind == "verify_events_off":
                await self._switch_on(change.what)

    async def _switch_on(self, service_sid: str) -> None:
        service = self._verify.services(service_sid)
        await self._change(lambda: service.update_async(verify_event_subscription_enabled=True))

    async def remove(self, found: Found, sinks: Iterable[FoundSink]) -> None:
        """Remove sinks with their subscriptions, which Twilio wants gone first."""
        for sink in sinks:
            for own in found.subscriptions:
                if own.sink_sid == sink.sid:
                    await self._change(self._events.subscriptions(own.sid).delete_async)
            await self._change(self._events.sinks(sink.sid).delete_async)


def _in_order(changes: Sequence[Change]) -> Iterator[Change]:
    """New types before old ones go: a subscription without any may not be."""
    yield from (each for each in changes if each.kind != "type_unwanted")
    yield from (each for each in changes if each.kind == "type_unwanted")
